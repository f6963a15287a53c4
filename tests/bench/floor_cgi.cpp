// floor-cgi: the least that a CGI process of this program can cost. It links what the program links (Makefile), connects
// once, reads one row by its key, answers and ends. Nothing is configured, checked or parsed.
//     floor_cgi        DB_SOCKET, DB_NAME, DB_USER and DB_PASSWORD name the database
// SPDX-License-Identifier: MIT
#include <mariadb/mysql.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

std::string wanted(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

}  // namespace

int main() {
    MYSQL* const database = mysql_init(nullptr);
    mysql_options(database, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    MYSQL_RES* found = nullptr;
    const bool read = mysql_real_connect(database, nullptr, wanted("DB_USER").c_str(), wanted("DB_PASSWORD").c_str(),
                                         wanted("DB_NAME").c_str(), 0, wanted("DB_SOCKET").c_str(), 0) &&
                      mysql_query(database, "SELECT realm_no, settings_version FROM realms WHERE realm_no = 1") == 0 &&
                      (found = mysql_store_result(database)) && mysql_num_rows(found) == 1;
    if (!read) {
        std::fprintf(stderr, "floor_cgi: %s\n", mysql_error(database));
        return 1;
    }
    std::puts("Status: 200 OK\r\nContent-Type: application/json\r\n\r\n{}");
    mysql_free_result(found);
    mysql_close(database);
    return 0;
}
