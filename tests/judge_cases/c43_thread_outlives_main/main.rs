use std::thread;

fn main() {
    let worker = thread::spawn(|| -> () {
        let mut turns = 0u64;
        loop {
            turns = turns.wrapping_add(1);
        }
    });
    println!("main waits");
    let _ = worker.join();
}
