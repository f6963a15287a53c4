// SPDX-License-Identifier: MIT
// One connection: how it is opened, its prepared statements, its text statements. The connector
// (MySQL Connector/C++ 1.1) is met in connection.cpp only. Everything here throws Failure.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <authtickets/db/db.h>

#include "failure.h"

namespace sql {
class Connection;
class PreparedStatement;
class Statement;
}  // namespace sql

namespace authtickets::db {

struct Target {
    std::string host, socket, database;
    int port{};
    DatabaseUser login;
    int connect_seconds{};
    int answer_seconds{};  // 0: waits as long as it takes
};

struct Db::Connection {
    Connection(const Target&, Clock&);
    ~Connection();
    Connection(const Connection&) = delete;

    std::uint64_t change(const Query&, const std::vector<Param>&);
    void insert(const Query&, std::span<const std::vector<Param>> rows);
    void select(const Query&, const std::vector<Param>&, bool causally, const std::function<bool(Row&)>& each);
    void select(const Statement&, const std::function<bool(Row&)>& each);
    void execute(std::string_view sql);
    void begin();
    void end(std::string_view how);  // COMMIT or ROLLBACK
    bool alive();  // asks the server

    const Server& server() const { return server_; }

private:
    using Prepared = std::unordered_map<const Query*, std::unique_ptr<sql::PreparedStatement>>;

    void ask_server(Clock&);
    void watched(const std::function<void()>& work);
    std::unique_ptr<sql::PreparedStatement> prepare(const std::string& text);
    sql::PreparedStatement& prepared(const Query&, bool causally);
    void select(sql::PreparedStatement&, const std::vector<Param>&, const std::function<bool(Row&)>& each);

    std::unique_ptr<sql::Connection> link_;  // goes last, after its statements
    std::unique_ptr<sql::Statement> plain_;
    Prepared prepared_, causal_;
    std::map<std::pair<const Query*, std::size_t>, std::unique_ptr<sql::PreparedStatement>> for_rows_;
    Server server_;
    bool open_ = false;  // a transaction is
};

}  // namespace authtickets::db
