#include "CVectors.h"

// In C, because Swift has no way to compile one function for a better processor than the rest of the program. The compiler makes
// vector code of the loop by itself, on ARM too. Nanoseconds for a row of 384 on an EPYC: 14 with AVX2, 51 with what every x86 has.

static inline __attribute__((always_inline)) void products_of(
    const int16_t *query, size_t dimensions, const int8_t *rows, size_t count, int32_t *products) {
    for (size_t row = 0; row < count; row++, rows += dimensions) {
        int32_t sum = 0;
        for (size_t i = 0; i < dimensions; i++) sum += (int32_t)query[i] * rows[i];
        products[row] = sum;
    }
}

#if defined(__x86_64__)
// Not `target_clones`: that needs ifunc, which musl does not have.
__attribute__((target("avx2"))) static void products_avx2(
    const int16_t *query, size_t dimensions, const int8_t *rows, size_t count, int32_t *products) {
    products_of(query, dimensions, rows, count, products);
}
#endif

void kalamna_vector_products(const int16_t *query, size_t dimensions, const int8_t *rows, size_t count, int32_t *products) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return products_avx2(query, dimensions, rows, count, products);
#endif
    products_of(query, dimensions, rows, count, products);
}
