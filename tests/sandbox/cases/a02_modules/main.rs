mod lib {
    pub mod answer;
}

fn main() {
    println!("{}", lib::answer::find());
}
