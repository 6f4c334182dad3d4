const five: number = "5";
console.log(five);
