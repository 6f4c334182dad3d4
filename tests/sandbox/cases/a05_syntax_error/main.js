console.log("started");
let x = ;
