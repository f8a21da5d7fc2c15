#ifndef C_ASSETS_H
#define C_ASSETS_H

#include <stddef.h>

/* A file compiled into the binary. */
typedef struct {
    const char *name;
    const unsigned char *bytes;
    size_t length;
} AssetFile;

/* The files of public/, from index 0 on; `name` is null behind the last. */
AssetFile asset_public_file(size_t index);

AssetFile asset_demo_knowledge(void);
AssetFile asset_demo_conversation(void);

#endif
