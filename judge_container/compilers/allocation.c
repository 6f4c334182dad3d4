/*
 * Says that memory was refused, as C++'s std::bad_alloc does. The linker puts these functions in the place of the
 * allocator's (--wrap). A program that then goes on without the memory is none the wiser; of one that dies of it the judge
 * knows why. It is C and C++, and includes nothing: a program may have files and functions of any name.
 */
#ifdef __cplusplus
extern "C" {
#endif

long __write(int, const void *, unsigned long);
void *__real_malloc(unsigned long);
void *__real_calloc(unsigned long, unsigned long);
void *__real_realloc(void *, unsigned long);

static void *checked(void *memory, unsigned long size) {
    static const char words[] = "out of memory\n";
    static int said;
    if (!memory && size && !said++)
        __write(2, words, sizeof words - 1);
    return memory;
}

void *__wrap_malloc(unsigned long size) {
    return checked(__real_malloc(size), size);
}

void *__wrap_calloc(unsigned long count, unsigned long size) {
    return checked(__real_calloc(count, size), count && size);
}

void *__wrap_realloc(void *memory, unsigned long size) {
    return checked(__real_realloc(memory, size), size);
}

#ifdef __cplusplus
}
#endif
