fun main() {
    throw IndexOutOfBoundsException("out of range")
}
