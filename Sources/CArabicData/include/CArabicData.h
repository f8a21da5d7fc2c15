#ifndef C_ARABIC_DATA_H
#define C_ARABIC_DATA_H

#include <stddef.h>

/// A text file compiled into the binary: UTF-8, not terminated.
typedef struct {
    const char *name;
    const unsigned char *bytes;
    size_t length;
} ArabicDataFile;

/// The files of lexicon/, concepts and their forms: from index 0 on; `bytes` is null behind the last.
ArabicDataFile arabic_lexicon_file(size_t index);

/// The files of words/.
ArabicDataFile arabic_verbs(void);
ArabicDataFile arabic_nouns(void);
ArabicDataFile arabic_function_words(void);
ArabicDataFile arabic_arabizi_words(void);
ArabicDataFile arabic_english_words(void);
ArabicDataFile arabic_english_function_words(void);
ArabicDataFile arabic_egyptian_markers(void);
ArabicDataFile arabic_standard_markers(void);

#endif
