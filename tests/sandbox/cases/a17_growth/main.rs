fn main() {
    let mut numbers = Vec::new();
    loop {
        numbers.push(numbers.len());
    }
}
