#include "CModels.h"

// #embed is C23; clang has it in every C.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char word_counts[] = {
#embed "word_counts.tsv" suffix(, )
    '\n'};

static const unsigned char confidence[] = {
#embed "confidence.tsv" suffix(, )
    '\n'};

KalamnaModelFile kalamna_confidence(void) { return (KalamnaModelFile){confidence, sizeof confidence}; }
KalamnaModelFile kalamna_word_counts(void) { return (KalamnaModelFile){word_counts, sizeof word_counts}; }

static const unsigned char intent_classifier[] = {
#embed "intent.bin"
};

static const unsigned char emotion_classifier[] = {
#embed "emotion.bin"
};

KalamnaModelFile kalamna_intent_classifier(void) { return (KalamnaModelFile){intent_classifier, sizeof intent_classifier}; }
KalamnaModelFile kalamna_emotion_classifier(void) { return (KalamnaModelFile){emotion_classifier, sizeof emotion_classifier}; }
