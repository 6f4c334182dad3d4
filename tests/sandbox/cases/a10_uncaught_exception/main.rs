fn main() {
    panic!("out of range");
}
