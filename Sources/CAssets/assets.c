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
static const unsigned char widget_js[] = {
#embed "public/widget.js"
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
static const unsigned char chat_frame_js[] = {
#embed "public/chat-frame.js"
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
static const unsigned char dash_account_js[] = {
#embed "public/dash-account.js"
};
static const unsigned char dash_api_js[] = {
#embed "public/dash-api.js"
};
static const unsigned char dash_ask_js[] = {
#embed "public/dash-ask.js"
};
static const unsigned char dash_customer_js[] = {
#embed "public/dash-customer.js"
};
static const unsigned char dash_dom_js[] = {
#embed "public/dash-dom.js"
};
static const unsigned char dash_embed_js[] = {
#embed "public/dash-embed.js"
};
static const unsigned char dash_experiments_js[] = {
#embed "public/dash-experiments.js"
};
static const unsigned char dash_feedback_js[] = {
#embed "public/dash-feedback.js"
};
static const unsigned char dash_forms_js[] = {
#embed "public/dash-forms.js"
};
static const unsigned char dash_frame_js[] = {
#embed "public/dash-frame.js"
};
static const unsigned char dash_gaps_js[] = {
#embed "public/dash-gaps.js"
};
static const unsigned char dash_home_js[] = {
#embed "public/dash-home.js"
};
static const unsigned char dash_hours_js[] = {
#embed "public/dash-hours.js"
};
static const unsigned char dash_import_js[] = {
#embed "public/dash-import.js"
};
static const unsigned char dash_inbox_source_js[] = {
#embed "public/dash-inbox-source.js"
};
static const unsigned char dash_inbox_js[] = {
#embed "public/dash-inbox.js"
};
static const unsigned char dash_item_js[] = {
#embed "public/dash-item.js"
};
static const unsigned char dash_keys_js[] = {
#embed "public/dash-keys.js"
};
static const unsigned char dash_knowledge_js[] = {
#embed "public/dash-knowledge.js"
};
static const unsigned char dash_live_js[] = {
#embed "public/dash-live.js"
};
static const unsigned char dash_login_js[] = {
#embed "public/dash-login.js"
};
static const unsigned char dash_message_js[] = {
#embed "public/dash-message.js"
};
static const unsigned char dash_model_form_js[] = {
#embed "public/dash-model-form.js"
};
static const unsigned char dash_models_js[] = {
#embed "public/dash-models.js"
};
static const unsigned char dash_pages_css[] = {
#embed "public/dash-pages.css"
};
static const unsigned char dash_pairs_js[] = {
#embed "public/dash-pairs.js"
};
static const unsigned char dash_settings_js[] = {
#embed "public/dash-settings.js"
};
static const unsigned char dash_start_knowledge_js[] = {
#embed "public/dash-start-knowledge.js"
};
static const unsigned char dash_start_js[] = {
#embed "public/dash-start.js"
};
static const unsigned char dash_starter_js[] = {
#embed "public/dash-starter.js"
};
static const unsigned char dash_suggest_js[] = {
#embed "public/dash-suggest.js"
};
static const unsigned char dash_talk_log_js[] = {
#embed "public/dash-talk-log.js"
};
static const unsigned char dash_talk_js[] = {
#embed "public/dash-talk.js"
};
static const unsigned char dash_team_js[] = {
#embed "public/dash-team.js"
};
static const unsigned char dash_text_js[] = {
#embed "public/dash-text.js"
};
static const unsigned char dash_texts_admin_js[] = {
#embed "public/dash-texts-admin.js"
};
static const unsigned char dash_texts_home_js[] = {
#embed "public/dash-texts-home.js"
};
static const unsigned char dash_texts_inbox_js[] = {
#embed "public/dash-texts-inbox.js"
};
static const unsigned char dash_texts_knowledge_js[] = {
#embed "public/dash-texts-knowledge.js"
};
static const unsigned char dash_texts_settings_js[] = {
#embed "public/dash-texts-settings.js"
};
static const unsigned char dash_texts_start_js[] = {
#embed "public/dash-texts-start.js"
};
static const unsigned char dash_texts_js[] = {
#embed "public/dash-texts.js"
};
static const unsigned char dash_threshold_js[] = {
#embed "public/dash-threshold.js"
};
static const unsigned char dash_try_js[] = {
#embed "public/dash-try.js"
};
static const unsigned char dash_ui_js[] = {
#embed "public/dash-ui.js"
};
static const unsigned char dash_versions_js[] = {
#embed "public/dash-versions.js"
};
static const unsigned char dash_css[] = {
#embed "public/dash.css"
};
static const unsigned char dash_js[] = {
#embed "public/dash.js"
};
static const unsigned char dashboard_html[] = {
#embed "public/dashboard.html"
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
    case 2: return FILE_OF("widget.js", widget_js);
    case 3: return FILE_OF("chat.html", chat_html);
    case 4: return FILE_OF("chat.css", chat_css);
    case 5: return FILE_OF("chat.js", chat_js);
    case 6: return FILE_OF("chat-frame.js", chat_frame_js);
    case 7: return FILE_OF("api.js", api_js);
    case 8: return FILE_OF("ended.js", ended_js);
    case 9: return FILE_OF("outbox.js", outbox_js);
    case 10: return FILE_OF("page.js", page_js);
    case 11: return FILE_OF("stream.js", stream_js);
    case 12: return FILE_OF("texts.js", texts_js);
    case 13: return FILE_OF("view.js", view_js);
    case 14: return FILE_OF("invitation.html", invitation_html);
    case 15: return FILE_OF("invitation.css", invitation_css);
    case 16: return FILE_OF("invitation.js", invitation_js);
    case 17: return FILE_OF("dash-account.js", dash_account_js);
    case 18: return FILE_OF("dash-api.js", dash_api_js);
    case 19: return FILE_OF("dash-ask.js", dash_ask_js);
    case 20: return FILE_OF("dash-customer.js", dash_customer_js);
    case 21: return FILE_OF("dash-dom.js", dash_dom_js);
    case 22: return FILE_OF("dash-embed.js", dash_embed_js);
    case 23: return FILE_OF("dash-experiments.js", dash_experiments_js);
    case 24: return FILE_OF("dash-feedback.js", dash_feedback_js);
    case 25: return FILE_OF("dash-forms.js", dash_forms_js);
    case 26: return FILE_OF("dash-frame.js", dash_frame_js);
    case 27: return FILE_OF("dash-gaps.js", dash_gaps_js);
    case 28: return FILE_OF("dash-home.js", dash_home_js);
    case 29: return FILE_OF("dash-hours.js", dash_hours_js);
    case 30: return FILE_OF("dash-import.js", dash_import_js);
    case 31: return FILE_OF("dash-inbox-source.js", dash_inbox_source_js);
    case 32: return FILE_OF("dash-inbox.js", dash_inbox_js);
    case 33: return FILE_OF("dash-item.js", dash_item_js);
    case 34: return FILE_OF("dash-keys.js", dash_keys_js);
    case 35: return FILE_OF("dash-knowledge.js", dash_knowledge_js);
    case 36: return FILE_OF("dash-live.js", dash_live_js);
    case 37: return FILE_OF("dash-login.js", dash_login_js);
    case 38: return FILE_OF("dash-message.js", dash_message_js);
    case 39: return FILE_OF("dash-model-form.js", dash_model_form_js);
    case 40: return FILE_OF("dash-models.js", dash_models_js);
    case 41: return FILE_OF("dash-pages.css", dash_pages_css);
    case 42: return FILE_OF("dash-pairs.js", dash_pairs_js);
    case 43: return FILE_OF("dash-settings.js", dash_settings_js);
    case 44: return FILE_OF("dash-start-knowledge.js", dash_start_knowledge_js);
    case 45: return FILE_OF("dash-start.js", dash_start_js);
    case 46: return FILE_OF("dash-starter.js", dash_starter_js);
    case 47: return FILE_OF("dash-suggest.js", dash_suggest_js);
    case 48: return FILE_OF("dash-talk-log.js", dash_talk_log_js);
    case 49: return FILE_OF("dash-talk.js", dash_talk_js);
    case 50: return FILE_OF("dash-team.js", dash_team_js);
    case 51: return FILE_OF("dash-text.js", dash_text_js);
    case 52: return FILE_OF("dash-texts-admin.js", dash_texts_admin_js);
    case 53: return FILE_OF("dash-texts-home.js", dash_texts_home_js);
    case 54: return FILE_OF("dash-texts-inbox.js", dash_texts_inbox_js);
    case 55: return FILE_OF("dash-texts-knowledge.js", dash_texts_knowledge_js);
    case 56: return FILE_OF("dash-texts-settings.js", dash_texts_settings_js);
    case 57: return FILE_OF("dash-texts-start.js", dash_texts_start_js);
    case 58: return FILE_OF("dash-texts.js", dash_texts_js);
    case 59: return FILE_OF("dash-threshold.js", dash_threshold_js);
    case 60: return FILE_OF("dash-try.js", dash_try_js);
    case 61: return FILE_OF("dash-ui.js", dash_ui_js);
    case 62: return FILE_OF("dash-versions.js", dash_versions_js);
    case 63: return FILE_OF("dash.css", dash_css);
    case 64: return FILE_OF("dash.js", dash_js);
    case 65: return FILE_OF("dashboard.html", dashboard_html);
    default: return (AssetFile){0};
    }
}

AssetFile asset_demo_knowledge(void) { return FILE_OF("knowledge.json", knowledge); }
AssetFile asset_demo_conversation(void) { return FILE_OF("conversation.json", conversation); }
