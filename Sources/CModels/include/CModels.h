#ifndef CMODELS_H
#define CMODELS_H

/* What `kalamna train` made, compiled into the program. */

typedef struct {
    const unsigned char *bytes;
    int length;
} KalamnaModelFile;

/* How many training sentences have each word and concept: kind, word, count, tab-separated. */
KalamnaModelFile kalamna_word_counts(void);

/* Weights of the answer's confidence: kind, signal, weight, tab-separated. */
KalamnaModelFile kalamna_confidence(void);

/* The classifiers of messages, as `LinearClassifier` writes them. */
KalamnaModelFile kalamna_intent_classifier(void);
KalamnaModelFile kalamna_emotion_classifier(void);

#endif
