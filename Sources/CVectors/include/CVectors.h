#ifndef C_VECTORS_H
#define C_VECTORS_H

#include <stddef.h>
#include <stdint.h>

/// Writes to `products` the product of `query` with each of `count` rows of `dimensions` numbers that lie one behind the other.
/// Whole numbers, so that the result is the same on every processor. The caller sees to it that no sum passes 32 bits.
void kalamna_vector_products(const int16_t *query, size_t dimensions, const int8_t *rows, size_t count, int32_t *products);

#endif
