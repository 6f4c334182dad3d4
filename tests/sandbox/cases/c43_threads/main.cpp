#include <atomic>
#include <future>
#include <iostream>
#include <thread>
#include <vector>

int main() {
    std::atomic<int> sum{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 25; i++) threads.emplace_back([&sum] { sum += 1; });
    for (auto& thread : threads) thread.join();
    std::cout << sum << "\n" << std::async(std::launch::async, [] { return 45; }).get() << "\n";
}
