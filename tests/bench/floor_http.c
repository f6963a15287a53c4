/* floor-http: the smallest FastCGI responder. It looks at nothing and answers one fixed body; what it reaches is the
 * most that a program can reach behind this web server on this machine.
 *     floor_http SOCKET THREADS BODY-FILE
 * SPDX-License-Identifier: MIT */
#include "answer.h"

int main(int argc, char **argv) {
    if (argc != 4) {
        fputs("usage: floor_http SOCKET THREADS BODY-FILE\n", stderr);
        return 64;
    }
    answer_read(argv[3]);
    answer_serve(argv[1], atoi(argv[2]));
    return 0;
}
