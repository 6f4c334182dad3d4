fn descend(depth: u32, trail: &mut Vec<u32>) -> u32 {
    if depth == 0 {
        return 0;
    }
    let below = 1 + descend(depth - 1, trail);
    trail.push(below);
    below
}

fn main() {
    println!("{}", descend(1_000_000, &mut Vec::new()));
}
