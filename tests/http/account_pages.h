// SPDX-License-Identifier: MIT
// Customers at their own pages, for the http tests of those: browsers that are signed in, and what their forms send. How one
// signs in is tested elsewhere; here core does it.
#pragma once

#include "http/desk_shop.h"

namespace authtickets::test {

struct AccountPages : DeskShop {
    struct Browser {
        tickets::Ticket session{};
        std::string cookie{};   // the header that it sends
        std::string form{};     // what its forms carry (TK11)
    };
    Person ada;

    AccountPages() : ada(customer("ada.byron")) {}

    Context at_pages(RealmNo no) { return in(no, Door::pages); }

    Browser browser(const tickets::Issued& issued) {
        return {.session = issued.ticket, .cookie = "__Host-authtickets=" + std::string(issued.cookie.reveal()),
                .form = pages::form_token(keys, clock.now(), issued.ticket)};
    }
    Browser signed_in(const Person& who, bool with_app = false) { return browser(sign_in(realm, who.user, Door::pages, with_app)); }
    // A session of which the test says what is special.
    template <class Change>
    Browser signed_in_as(const Person& who, const Change& change) {
        const auto login = this->login(who);
        tickets::Ticket ticket{.user = who.user, .login = login.id, .epoch = login.epoch,
                               .lifetimes = tickets::session_lifetimes(at(realm)->settings, clock.now(), login.app), .password_at = clock.now()};
        ticket.account_no = who.no;
        change(ticket);
        return browser(core.db.transact([&](db::Tx& tx) { return core.tickets.issue(tx, at_pages(realm), ticket); }));
    }
    // A manager acts for the customer (M10).
    Browser acting(const Person& who, const Staff& staff) {
        return signed_in_as(who, [&](tickets::Ticket& ticket) {
            ticket.acting = tickets::ActingOperator{.realm = operators_realm(), .user = staff.who.user, .epoch = staff.who.epoch};
            ticket.password_at.reset();
        });
    }

    http::Request seen(const Browser& by, http::Request request) const {
        request.headers["cookie"] = by.cookie;
        request.host = "shop.example";
        return request;
    }
    http::Request form(std::string_view target, std::string body) const {
        auto request = bare(POST, target, std::move(body));
        request.content_type = "application/x-www-form-urlencoded";
        request.headers["origin"] = "https://shop.example";
        request.host = "shop.example";
        return request;
    }
    using DeskShop::open;
    using DeskShop::press;
    Reply open(const Browser& by, std::string_view target) { return send(seen(by, bare(GET, target))); }
    Reply press(const Browser& by, std::string_view target, const std::string& fields = {}) {
        return send(seen(by, form(target, "f=" + by.form + (fields.empty() ? "" : "&" + fields))));
    }

    void set(std::string_view name, std::string_view value) {
        BOOST_REQUIRE_MESSAGE(core.realms.set(core.db, in(realm, Door::none), realm, name, value), name);
        clock.advance(std::chrono::seconds(2));  // what a worker keeps of the settings is older than that
    }
    outbox::Cause last(events::Name name) {
        const auto all = causes(name);
        BOOST_REQUIRE(!all.empty());
        return all.back();
    }
    std::string contact_code() { return std::string(last(events::Name::contact_code_sent).code.reveal()); }
    static std::string other(std::string code) {
        code[5] = code[5] == '0' ? '1' : '0';
        return code;
    }
    void verify(const Person& who, users::ContactKind kind, const std::string& value) {
        const auto found = login(who);
        const auto put = core.db.transact([&](db::Tx& tx) { return core.contacts.put(tx, at_pages(realm), found, kind, value, true).has_value(); });
        BOOST_REQUIRE(put);
    }
    std::size_t noted(const Person& who, events::Name name) { return events_of(who, name).size(); }
    // Of an answer with several Set-Cookie: "value; Path=/; ..." of one of them.
    static std::string set_cookie(const Reply& reply, const std::string& name) {
        const auto all = reply.header("set-cookie");
        const auto at = ("\n" + all).find("\n" + name + "=");
        if (at == all.npos) return {};
        const auto begin = at + name.size() + 1;
        return all.substr(begin, std::min(all.find('\n', begin), all.size()) - begin);
    }
    static std::string value_of(const std::string& cookie) { return cookie.substr(0, cookie.find(';')); }
};

}  // namespace authtickets::test
