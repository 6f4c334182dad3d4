fn main() {
    let unused = 4;
    println!("5");
}
