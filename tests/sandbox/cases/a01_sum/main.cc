#include <bits/stdc++.h>

int main() {
    int a, b;
    std::cin >> a >> b;
    for (int sum : std::views::single(a + b)) std::cout << sum << "\n";
}
