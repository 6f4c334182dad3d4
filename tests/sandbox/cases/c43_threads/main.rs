use std::sync::mpsc;
use std::thread;

fn main() {
    let threads: Vec<_> = (0..25).map(|_| thread::spawn(|| 1)).collect();
    println!("{}", threads.into_iter().map(|one| one.join().unwrap()).sum::<i32>());
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || (0..10).for_each(|number| sender.send(number).unwrap()));
    println!("{}", receiver.iter().sum::<i32>());
}
