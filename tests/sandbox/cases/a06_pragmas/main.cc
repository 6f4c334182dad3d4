#pragma GCC optimize("O3,unroll-loops")
#if defined(__x86_64__)
#pragma GCC target("sse4.2,popcnt")
#endif
#include <bits/stdc++.h>

int main() {
    std::cout << std::accumulate(std::istream_iterator<int>(std::cin), {}, 0) << "\n";
}
