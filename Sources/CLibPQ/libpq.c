#include "CLibPQ.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

static const char *problem = "libpq is not loaded";
static pthread_once_t once = PTHREAD_ONCE_INIT;

#define FUNCTIONS(X)                                                                                     \
    X(PGconn *, PQconnectdb, pq_connect, (const char *a), (a))                                           \
    X(int, PQstatus, pq_status, (const PGconn *a), (a))                                                  \
    X(int, PQtransactionStatus, pq_transaction_status, (const PGconn *a), (a))                           \
    X(char *, PQerrorMessage, pq_error_message, (const PGconn *a), (a))                                  \
    X(int, PQsocket, pq_socket, (const PGconn *a), (a))                                                  \
    X(int, PQenterPipelineMode, pq_enter_pipeline, (PGconn * a), (a))                                    \
    X(int, PQpipelineSync, pq_pipeline_sync, (PGconn * a), (a))                                          \
    X(PGresult *, PQgetResult, pq_get_result, (PGconn * a), (a))                                         \
    X(int, PQsendPrepare, pq_send_prepare,                                                               \
      (PGconn * a, const char *b, const char *c, int d, const unsigned int *e), (a, b, c, d, e))         \
    X(int, PQsendQueryPrepared, pq_send_prepared,                                                        \
      (PGconn * a, const char *b, int c, const char *const *d, const int *e, const int *f, int g),       \
      (a, b, c, d, e, f, g))                                                                             \
    X(int, PQresultStatus, pq_result_status, (const PGresult *a), (a))                                   \
    X(char *, PQresultErrorMessage, pq_result_error_message, (const PGresult *a), (a))                   \
    X(char *, PQresultErrorField, pq_result_error_field, (const PGresult *a, int b), (a, b))             \
    X(int, PQntuples, pq_rows, (const PGresult *a), (a))                                                 \
    X(int, PQnfields, pq_columns, (const PGresult *a), (a))                                              \
    X(char *, PQfname, pq_column_name, (const PGresult *a, int b), (a, b))                               \
    X(unsigned int, PQftype, pq_column_type, (const PGresult *a, int b), (a, b))                         \
    X(int, PQgetisnull, pq_is_null, (const PGresult *a, int b, int c), (a, b, c))                        \
    X(char *, PQgetvalue, pq_value, (const PGresult *a, int b, int c), (a, b, c))                        \
    X(int, PQgetlength, pq_length, (const PGresult *a, int b, int c), (a, b, c))                         \
    X(char *, PQcmdTuples, pq_changed, (PGresult * a), (a))                                              \
    X(int, PQconsumeInput, pq_consume_input, (PGconn * a), (a))                                          \
    X(PGnotify *, PQnotifies, pq_notifies, (PGconn * a), (a))

#define PROCEDURES(X)                                                                                    \
    X(PQfinish, pq_finish, (PGconn * a), (a))                                                            \
    X(PQclear, pq_clear, (PGresult * a), (a))                                                            \
    X(PQfreemem, pq_free, (void *a), (a))

#define DEFINE_FUNCTION(type, symbol, name, parameters, arguments)                                       \
    static type(*p_##symbol) parameters;                                                                 \
    type name parameters { return p_##symbol arguments; }
#define DEFINE_PROCEDURE(symbol, name, parameters, arguments)                                            \
    static void(*p_##symbol) parameters;                                                                 \
    void name parameters { p_##symbol arguments; }
FUNCTIONS(DEFINE_FUNCTION)
PROCEDURES(DEFINE_PROCEDURE)

typedef void (*notice_processor)(void *, const char *);
static notice_processor (*p_PQsetNoticeProcessor)(PGconn *, notice_processor, void *);
static void ignore_notice(void *argument, const char *message) { (void)argument; (void)message; }
void pq_silence_notices(PGconn *connection) { p_PQsetNoticeProcessor(connection, ignore_notice, NULL); }

static void load(void) {
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (!library) library = dlopen("libpq.5.dylib", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        problem = "libpq.so.5 was not found: install PostgreSQL's client library (Debian: apt-get install libpq5)";
        return;
    }
#define LOAD(symbol)                                                                                     \
    if (!(*(void **)&p_##symbol = dlsym(library, #symbol))) {                                            \
        problem = "libpq has no " #symbol ": it is too old";                                             \
        return;                                                                                          \
    }
#define LOAD_FUNCTION(type, symbol, name, parameters, arguments) LOAD(symbol)
#define LOAD_PROCEDURE(symbol, name, parameters, arguments) LOAD(symbol)
    FUNCTIONS(LOAD_FUNCTION)
    PROCEDURES(LOAD_PROCEDURE)
    LOAD(PQsetNoticeProcessor)
    problem = NULL;
}

const char *kalamna_pq_load(void) {
    pthread_once(&once, load);
    return problem;
}
