// SPDX-License-Identifier: MIT
// The core as one worker thread or one command owns it: a connection and every service, made in the one order there is.
// What a process has once (keys, hash gate, clock, chance, log) is borrowed and outlives it.
#pragma once

#include <authtickets/core/customers.h>
#include <authtickets/core/imports.h>
#include <authtickets/core/users.h>
#include <authtickets/door/route.h>

namespace authtickets {

struct Core {
    db::Db db;
    events::Events events;
    realms::Realms realms;
    applications::Applications applications;
    accounts::Accounts accounts;
    users::Users users;
    breaches::Breaches breaches;
    logins::Logins logins;
    tickets::Tickets tickets;
    throttle::Throttle throttle;
    customers::Customers customers;
    sign_in::SignIn sign_in;
    imports::Imports imports;
    App app;

    Core(const Config& config, db::Rights rights, crypto::Keyring& keys, logins::HashGate& gate, Clock& clock, Rng& rng,
         Log& log)
        : db(config, rights, clock, log),
          events(keys, rng),
          realms(rng, events),
          applications(keys, rng, realms, events),
          accounts(rng),
          breaches(config, log),
          logins(keys, rng, gate,
                 crypto::HashCost{.memory_kib = config.hash_memory_kib, .passes = config.hash_passes}, events, users, breaches),
          tickets(keys, rng, accounts, events),
          throttle(keys),
          customers(rng, accounts, users, logins, tickets, throttle, events),
          sign_in(accounts, customers, logins, tickets, throttle, events),
          imports(customers, logins, crypto::HashCost{.memory_kib = config.hash_memory_kib, .passes = config.hash_passes}),
          app{.db = db,
              .keys = keys,
              .log = log,
              .realms = realms,
              .applications = applications,
              .accounts = accounts,
              .customers = customers,
              .tickets = tickets,
              .sign_in = sign_in} {}
    Core(const Core&) = delete;
};

}  // namespace authtickets
