fn main() {
    let cells = vec![1u64; 1 << 45];
    println!("{}", cells[1]);
}
