/* What both web floors share: a FastCGI responder of N threads that answers every request with one fixed text.
 * It stands for the least that any program behind the same web server must do (README.md in this folder).
 * Relies on being included once, by a program that does nothing else; C and C++ read it alike.
 * SPDX-License-Identifier: MIT */
#pragma once
#include <fcgiapp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char answer_text[70000]; /* status, headers and body */
static int answer_length;
static int answer_listener;
static const char *answer_status = "200 OK"; /* set before answer_read */

/* What every thread does before it answers: `make` once, giving a state, then `before` with it for each request;
 * 0 means all went well. NULL: nothing is done. */
static void *(*answer_make)(void);
static int (*answer_before)(void *state);

static void answer_die(const char *what) {
    perror(what);
    exit(1);
}

static size_t answer_file(const char *path, char *into, size_t room) {
    FILE *file = fopen(path, "rb");
    if (!file) return 0;
    const size_t size = fread(into, 1, room - 1, file);
    fclose(file);
    into[size] = 0;
    return size;
}

/* An answer of the program itself, so that both send the same number of bytes: the body in a file, and where PATH.headers is
 * there too, the headers that came with it. Else those that every answer has; the correlation id is there because the web
 * server's script adds one where it is missing. */
static void answer_read(const char *path) {
    static char body[65536], headers[4096], headers_path[4096];
    if (access(path, R_OK)) answer_die(path);
    const size_t size = answer_file(path, body, sizeof body);
    snprintf(headers_path, sizeof headers_path, "%s.headers", path);
    if (!answer_file(headers_path, headers, sizeof headers)) {
        strcpy(headers, "Content-Type: application/json; charset=utf-8\r\n"
                        "X-Vol-Correlation: 00000000000000000000000000000000\r\nCache-Control: no-store\r\n"
                        "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n");
    }
    answer_length = snprintf(answer_text, sizeof answer_text, "Status: %s\r\n%sContent-Length: %zu\r\n\r\n%s", answer_status, headers, size, body);
}

static void *answer_work(void *unused) {
    void *state = answer_make ? answer_make() : NULL;
    FCGX_Request request;
    if (FCGX_InitRequest(&request, answer_listener, 0)) answer_die("FCGX_InitRequest");
    while (FCGX_Accept_r(&request) == 0) {
        if (answer_before && answer_before(state)) {
            FCGX_PutS("Status: 500 Internal Server Error\r\nX-Vol-Correlation: 0\r\n\r\n", request.out);
        } else {
            FCGX_PutStr(answer_text, answer_length, request.out);
        }
        FCGX_Finish_r(&request);
    }
    return unused;
}

/* Serves until it is killed. */
static void answer_serve(const char *socket_path, int threads) {
    if (FCGX_Init()) answer_die("FCGX_Init");
    answer_listener = FCGX_OpenSocket(socket_path, 1024);
    if (answer_listener < 0) answer_die(socket_path);
    for (int i = 1; i < threads; ++i) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, answer_work, NULL)) answer_die("pthread_create");
    }
    answer_work(NULL);
}
