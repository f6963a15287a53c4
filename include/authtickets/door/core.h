// SPDX-License-Identifier: MIT
// The core as one worker thread or one command owns it: a connection and every service, made in the one order there is.
// What a process has once (keys, hash gate, cap on sending, clock, chance, log) is borrowed and outlives it.
#pragma once

#include <authtickets/core/codes.h>
#include <authtickets/core/contacts.h>
#include <authtickets/core/customers.h>
#include <authtickets/core/deliveries.h>
#include <authtickets/core/devices.h>
#include <authtickets/core/imports.h>
#include <authtickets/core/links.h>
#include <authtickets/core/outbox.h>
#include <authtickets/core/recovery.h>
#include <authtickets/core/subscriptions.h>
#include <authtickets/core/templates.h>
#include <authtickets/core/seals.h>
#include <authtickets/core/users.h>
#include <authtickets/door/route.h>
#include <authtickets/text/geo.h>

namespace authtickets {

struct Core {
    db::Db db;
    events::Events events;
    outbox::Outbox outbox;
    subscriptions::Subscriptions subscriptions;
    templates::Templates templates;
    deliveries::Deliveries deliveries;
    seals::Sealer seals;
    realms::Realms realms;
    applications::Applications applications;
    accounts::Accounts accounts;
    users::Users users;
    breaches::Breaches breaches;
    logins::Logins logins;
    tickets::Tickets tickets;
    throttle::Throttle throttle;
    codes::Codes codes;
    links::Links links;
    devices::Devices devices;
    contacts::Contacts contacts;
    customers::Customers customers;
    sign_in::SignIn sign_in;
    recovery::Recovery recovery;
    text::Geo geo;
    imports::Imports imports;
    App app;

    Core(const Config& config, db::Rights rights, crypto::Keyring& keys, logins::HashGate& gate, throttle::SendingCap& cap,
         Clock& clock, Rng& rng, Log& log)
        : db(config, rights, clock, log),
          events(keys, rng, clock),
          outbox(keys, rng),
          subscriptions(keys, rng, events),
          templates(events),
          deliveries(keys, rng),
          seals(keys, events, rng),
          realms(rng, events),
          applications(keys, rng, realms, events),
          accounts(rng),
          breaches(config, log),
          logins(keys, rng, gate, crypto::HashCost{.memory_kib = config.hash_memory_kib, .passes = config.hash_passes}, events, users,
                 breaches, outbox),
          tickets(keys, rng, accounts, events),
          throttle(keys, cap),
          codes(keys, rng),
          links(rng),
          devices(keys, rng),
          contacts(accounts, users, logins, tickets, codes, devices, links, throttle, events, outbox),
          customers(rng, accounts, users, logins, tickets, throttle, events, outbox, links, codes, devices, contacts),
          sign_in(accounts, customers, logins, tickets, throttle, events, users, codes, devices, outbox),
          recovery(accounts, customers, users, logins, links, codes, devices, throttle, events, outbox),
          geo(config.geo_database, log),
          imports(customers, logins, crypto::HashCost{.memory_kib = config.hash_memory_kib, .passes = config.hash_passes}),
          app{.db = db,
              .keys = keys,
              .log = log,
              .realms = realms,
              .applications = applications,
              .accounts = accounts,
              .customers = customers,
              .tickets = tickets,
              .sign_in = sign_in,
              .recovery = recovery,
              .geo = geo,
              .contacts = contacts,
              .events = events,
              .subscriptions = subscriptions,
              .deliveries = deliveries,
              .breaches = breaches} {}
    Core(const Core&) = delete;
};

}  // namespace authtickets
