const descend = (depth) => (depth === 0 ? 0 : 1 + descend(depth - 1));
console.log(descend(1_000_000));
