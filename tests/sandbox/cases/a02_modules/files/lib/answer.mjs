export async function find() {
  return 42;
}
