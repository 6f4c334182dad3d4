try {
    process.kill(process.ppid, "SIGKILL");
    console.log("sent");
} catch (error) {
    console.log("refused");
}
