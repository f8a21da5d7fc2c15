#include "CAssets.h"

// #embed is C23; clang has it in every C.
#pragma clang diagnostic ignored "-Wc23-extensions"

#define FILE_OF(name, identifier) ((AssetFile){name, identifier, sizeof identifier})

static const unsigned char index_html[] = {
#embed "public/index.html"
};
static const unsigned char index_css[] = {
#embed "public/index.css"
};
static const unsigned char chat_html[] = {
#embed "public/chat.html"
};
static const unsigned char chat_css[] = {
#embed "public/chat.css"
};
static const unsigned char chat_js[] = {
#embed "public/chat.js"
};
static const unsigned char api_js[] = {
#embed "public/api.js"
};
static const unsigned char ended_js[] = {
#embed "public/ended.js"
};
static const unsigned char outbox_js[] = {
#embed "public/outbox.js"
};
static const unsigned char page_js[] = {
#embed "public/page.js"
};
static const unsigned char stream_js[] = {
#embed "public/stream.js"
};
static const unsigned char texts_js[] = {
#embed "public/texts.js"
};
static const unsigned char view_js[] = {
#embed "public/view.js"
};
static const unsigned char invitation_html[] = {
#embed "public/invitation.html"
};
static const unsigned char invitation_css[] = {
#embed "public/invitation.css"
};
static const unsigned char invitation_js[] = {
#embed "public/invitation.js"
};
static const unsigned char knowledge[] = {
#embed "demo/knowledge.json"
};
static const unsigned char conversation[] = {
#embed "demo/conversation.json"
};

AssetFile asset_public_file(size_t index) {
    switch (index) {
    case 0: return FILE_OF("index.html", index_html);
    case 1: return FILE_OF("index.css", index_css);
    case 2: return FILE_OF("chat.html", chat_html);
    case 3: return FILE_OF("chat.css", chat_css);
    case 4: return FILE_OF("chat.js", chat_js);
    case 5: return FILE_OF("api.js", api_js);
    case 6: return FILE_OF("ended.js", ended_js);
    case 7: return FILE_OF("outbox.js", outbox_js);
    case 8: return FILE_OF("page.js", page_js);
    case 9: return FILE_OF("stream.js", stream_js);
    case 10: return FILE_OF("texts.js", texts_js);
    case 11: return FILE_OF("view.js", view_js);
    case 12: return FILE_OF("invitation.html", invitation_html);
    case 13: return FILE_OF("invitation.css", invitation_css);
    case 14: return FILE_OF("invitation.js", invitation_js);
    default: return (AssetFile){0};
    }
}

AssetFile asset_demo_knowledge(void) { return FILE_OF("knowledge.json", knowledge); }
AssetFile asset_demo_conversation(void) { return FILE_OF("conversation.json", conversation); }
