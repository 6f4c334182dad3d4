export function find(): number {
  return 42;
}
