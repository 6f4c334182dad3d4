#include <bits/stdc++.h>

int main() {
    std::string line;
    std::getline(std::cin, line);
    if (!line.contains(' ')) return 1;
    std::istringstream words(line);
    int a, b;
    words >> a >> b;
    std::cout << a + b << '\n';
}
