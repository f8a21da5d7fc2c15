#ifndef CLIBPQ_H
#define CLIBPQ_H

/* The part of libpq that we use, loaded at run time (dlopen): the one binary then runs on machines without
   libpq as long as no PostgreSQL is configured. Signatures: postgresql.org/docs/current/libpq.html */

typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;
typedef struct pgNotify {
    char *relname;
    int be_pid;
    char *extra;
    struct pgNotify *next;
} PGnotify;

/* Null when libpq is loaded, else why it could not be. Safe to call from many threads. */
const char *kalamna_pq_load(void);

PGconn *pq_connect(const char *conninfo);
void pq_finish(PGconn *);
int pq_status(const PGconn *);                 /* 0: CONNECTION_OK */
int pq_transaction_status(const PGconn *);     /* 0: idle */
char *pq_error_message(const PGconn *);
int pq_socket(const PGconn *);
/* Pipeline mode (libpq 14 and newer; postgresql.org/docs/current/libpq-pipeline-mode.html): 1 is success. */
int pq_enter_pipeline(PGconn *);
int pq_pipeline_sync(PGconn *);
PGresult *pq_get_result(PGconn *);             /* null after the results of each statement */
int pq_send_prepare(PGconn *, const char *name, const char *text, int count, const unsigned int *types);
int pq_send_prepared(PGconn *, const char *name, int count, const char *const *values,
                     const int *lengths, const int *formats, int result_format);
void pq_clear(PGresult *);
int pq_result_status(const PGresult *);        /* 1: COMMAND_OK, 2: TUPLES_OK, 10: PIPELINE_SYNC */
char *pq_result_error_message(const PGresult *);
char *pq_result_error_field(const PGresult *, int field);
int pq_rows(const PGresult *);
int pq_columns(const PGresult *);
char *pq_column_name(const PGresult *, int column);
unsigned int pq_column_type(const PGresult *, int column);
int pq_is_null(const PGresult *, int row, int column);
char *pq_value(const PGresult *, int row, int column);
int pq_length(const PGresult *, int row, int column);
char *pq_changed(PGresult *);
int pq_consume_input(PGconn *);
PGnotify *pq_notifies(PGconn *);
void pq_free(void *);
void pq_silence_notices(PGconn *);

#endif
