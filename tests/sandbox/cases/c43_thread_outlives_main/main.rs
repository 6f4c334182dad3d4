use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

static TURNS: AtomicU64 = AtomicU64::new(0);

fn main() {
    let worker = thread::spawn(|| -> () {
        loop {
            TURNS.fetch_add(1, Ordering::Relaxed);
        }
    });
    println!("main waits");
    let _ = worker.join();
}
