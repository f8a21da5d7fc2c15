#include "CArabicData.h"

// #embed is C23; clang has it in every C.
#pragma clang diagnostic ignored "-Wc23-extensions"

// A file may be empty; the line feed keeps its array from being so.
#define FILE_BYTES(identifier) static const unsigned char identifier[] =

FILE_BYTES(verbs) {
#embed "words/verbs.txt" suffix(, )
    '\n'};
FILE_BYTES(nouns) {
#embed "words/nouns.txt" suffix(, )
    '\n'};
FILE_BYTES(function_words) {
#embed "words/function.txt" suffix(, )
    '\n'};
FILE_BYTES(arabizi_words) {
#embed "words/arabizi.txt" suffix(, )
    '\n'};
FILE_BYTES(english_words) {
#embed "words/english.txt" suffix(, )
    '\n'};
FILE_BYTES(english_function_words) {
#embed "words/english_function.txt" suffix(, )
    '\n'};
FILE_BYTES(egyptian_markers) {
#embed "words/egyptian.txt" suffix(, )
    '\n'};
FILE_BYTES(standard_markers) {
#embed "words/standard.txt" suffix(, )
    '\n'};
FILE_BYTES(shop_core) {
#embed "lexicon/shop_core.tsv" suffix(, )
    '\n'};
FILE_BYTES(services) {
#embed "lexicon/services.tsv" suffix(, )
    '\n'};
FILE_BYTES(situations_a) {
#embed "lexicon/situations_a.tsv" suffix(, )
    '\n'};
FILE_BYTES(situations_b) {
#embed "lexicon/situations_b.tsv" suffix(, )
    '\n'};
FILE_BYTES(situations_c) {
#embed "lexicon/situations_c.tsv" suffix(, )
    '\n'};


#define FILE_OF(identifier) ((ArabicDataFile){#identifier, identifier, sizeof identifier})

ArabicDataFile arabic_verbs(void) { return FILE_OF(verbs); }
ArabicDataFile arabic_nouns(void) { return FILE_OF(nouns); }
ArabicDataFile arabic_function_words(void) { return FILE_OF(function_words); }
ArabicDataFile arabic_arabizi_words(void) { return FILE_OF(arabizi_words); }
ArabicDataFile arabic_english_words(void) { return FILE_OF(english_words); }
ArabicDataFile arabic_english_function_words(void) { return FILE_OF(english_function_words); }
ArabicDataFile arabic_egyptian_markers(void) { return FILE_OF(egyptian_markers); }
ArabicDataFile arabic_standard_markers(void) { return FILE_OF(standard_markers); }

ArabicDataFile arabic_lexicon_file(size_t index) {
    switch (index) {
    case 0: return FILE_OF(shop_core);
    case 1: return FILE_OF(services);
    case 2: return FILE_OF(situations_a);
    case 3: return FILE_OF(situations_b);
    case 4: return FILE_OF(situations_c);
    default: return (ArabicDataFile){0};
    }
}
