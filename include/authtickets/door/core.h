// SPDX-License-Identifier: MIT
// The core as one worker thread or one command owns it: a connection and every service, made in the one order there is.
// What a process has once (keys, hash gate, cap on sending, clock, chance, log) is borrowed and outlives it.
#pragma once

#include <authtickets/core/account_tickets.h>
#include <authtickets/core/codes.h>
#include <authtickets/core/contacts.h>
#include <authtickets/core/customers.h>
#include <authtickets/core/deliveries.h>
#include <authtickets/core/desk.h>
#include <authtickets/core/devices.h>
#include <authtickets/core/directory.h>
#include <authtickets/core/enrolment.h>
#include <authtickets/core/imports.h>
#include <authtickets/core/links.h>
#include <authtickets/core/members.h>
#include <authtickets/core/one_time.h>
#include <authtickets/core/operators.h>
#include <authtickets/core/outbox.h>
#include <authtickets/core/own_user.h>
#include <authtickets/core/profiles.h>
#include <authtickets/core/recovery.h>
#include <authtickets/core/recovery_codes.h>
#include <authtickets/core/registration.h>
#include <authtickets/core/staff.h>
#include <authtickets/core/subscriptions.h>
#include <authtickets/core/templates.h>
#include <authtickets/core/seals.h>
#include <authtickets/core/totp.h>
#include <authtickets/core/triggers.h>
#include <authtickets/core/two_step.h>
#include <authtickets/core/users.h>
#include <authtickets/core/verifications.h>
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
    triggers::Triggers triggers;
    directory::Directory directory;
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
    one_time::OneTime one_time;
    links::Links links;
    devices::Devices devices;
    totp::Totp totp;
    recovery_codes::RecoveryCodes recovery_codes;
    contacts::Contacts contacts;
    customers::Customers customers;
    verifications::Verifications verifications;
    own_user::OwnUser own_user;
    profiles::Profiles profiles;
    members::Members members;
    sign_in::SignIn sign_in;
    account_tickets::AccountTickets account_tickets;
    staff::Staff staff;
    enrolment::Enrolment enrolment;
    recovery::Recovery recovery;
    two_step::TwoStep two_step;
    registration::Registrations registrations;
    operators::Operators operators;
    desk::Desk desk;
    text::Geo geo;
    imports::Imports imports;
    App app;

    Core(const Config& config, db::Rights rights, crypto::Keyring& keys, logins::HashGate& gate, throttle::SendingCap& cap,
         Clock& clock, Rng& rng, Log& log)
        : db(config, rights, clock, log),
          events(keys, rng, clock),
          outbox(keys, rng),
          subscriptions(keys, rng, events, outbox),
          templates(events),
          deliveries(keys, rng, events, outbox),
          triggers(rng, events, subscriptions, templates),
          directory(),
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
          one_time(keys, rng, logins, throttle, events, outbox),
          links(rng),
          devices(keys, rng),
          totp(keys, rng),
          recovery_codes(keys, rng, totp),
          contacts(accounts, users, logins, tickets, codes, devices, links, throttle, events, outbox),
          customers(rng, accounts, users, logins, tickets, throttle, events, outbox, links, codes, devices, contacts),
          verifications(keys, rng, logins, users, links, throttle, events, outbox),
          own_user(accounts, customers, users, logins, codes, contacts, verifications, throttle, events),
          profiles(rng, events),
          members(rng, accounts, users, profiles, logins, customers, contacts, codes, links, devices, events, outbox, throttle),
          sign_in(accounts, customers, logins, tickets, throttle, events, users, codes, devices, outbox, totp, recovery_codes),
          account_tickets(keys, logins, tickets, throttle, events, users, codes, links, devices, outbox, accounts, sign_in, one_time,
                          profiles, members),
          staff(rng, users, logins, customers, members, own_user, codes, events, throttle, verifications,
                crypto::HashCost{.memory_kib = config.hash_memory_kib, .passes = config.hash_passes}),
          enrolment(accounts, users, logins, customers, events, outbox, throttle, sign_in, verifications, own_user),
          recovery(accounts, customers, users, logins, links, codes, devices, throttle, events, outbox),
          two_step(users, logins, tickets, totp, recovery_codes, devices, throttle, events, outbox),
          registrations(keys, rng, customers, logins, users, codes, throttle, events, outbox, sign_in),
          operators(realms, accounts, customers, users, logins, tickets, throttle, subscriptions, events, outbox,
                    crypto::HashCost{.memory_kib = config.hash_memory_kib, .passes = config.hash_passes}),
          desk(accounts, customers, logins, tickets, codes, contacts, recovery, two_step, throttle, events),
          geo(config.geo_database, log),
          imports(customers, logins, crypto::HashCost{.memory_kib = config.hash_memory_kib, .passes = config.hash_passes}),
          app{.db = db,
              .keys = keys,
              .log = log,
              .realms = realms,
              .applications = applications,
              .accounts = accounts,
              .customers = customers,
              .profiles = profiles,
              .members = members,
              .tickets = tickets,
              .sign_in = sign_in,
              .account_tickets = account_tickets,
              .recovery = recovery,
              .geo = geo,
              .contacts = contacts,
              .verifications = verifications,
              .own_user = own_user,
              .staff = staff,
              .enrolment = enrolment,
              .events = events,
              .subscriptions = subscriptions,
              .deliveries = deliveries,
              .triggers = triggers,
              .breaches = breaches,
              .logins = logins,
              .users = users,
              .codes = codes,
              .one_time = one_time,
              .devices = devices,
              .totp = totp,
              .recovery_codes = recovery_codes,
              .two_step = two_step,
              .registrations = registrations,
              .templates = templates,
              .directory = directory,
              .operators = operators,
              .desk = desk,
              .hook_rules = net::hook_rules(config)} {}
    Core(const Core&) = delete;
};

}  // namespace authtickets
