// SPDX-License-Identifier: MIT
// What every page is made with: whose shop it is, in which language, who is signed in, from where its links go; and the page
// itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/core/context.h>
#include <authtickets/core/realms.h>
#include <authtickets/http/message.h>

#include "pages/html.h"
#include "pages/session.h"
#include "pages/words.h"

namespace authtickets::pages {

// The bar of who is signed in.
struct Bar {
    struct Tab {
        std::string_view to, name;   // "settings", a key
    };
    std::string me{};                // "Ada Byron", "Grace Hopper · manager"
    std::string_view label{};        // a key: what the tabs are, for those who hear them
    std::vector<Tab> tabs{};
    std::string as_customer{};       // B5: the operator who acts for this customer
};

// How a page looks to this reader. Without a shop where none could be told.
struct Look {
    const Words& words;
    Side side = Side::account;
    std::string base{};     // from this page's address to the folder of all: "", or "../" for each step too deep
    std::string query{};    // "?lang=de" where the reader asked for a language by name
    std::string path{};     // of this page, from that folder on: "settings/password"
    std::string shop{};     // its name
    std::string address{};  // where it is: "https://shop.example"
    std::string zone = "UTC";
    std::string form{};     // the token of the session's forms (TK11)
    std::optional<Bar> bar{};

    std::string time(Time) const;        // with its zone
    std::string clock(Time) const;       // the same without the day: of codes, which live for minutes
    std::string text(std::string_view key) const { return std::string(words.at(key)); }
};
Look look(const http::Request&);
Look look(const http::Request&, const realms::Realm&, const realms::Site*);

// What went wrong, told at the top and beside its field.
struct Problem {
    std::string text{};
    std::string_view field{};  // the field's id; empty: of no field
    std::string more{};        // a second sentence, at the top only
    bool to_field = false;     // one is to type again at once: the focus goes there and not to the top
};

// A page signed in has the bar, unless it is a card: one thing to do.
struct Page {
    std::string_view screen;                  // "entry/ask": entry/ask.html
    std::string_view heading{};               // a key
    std::string title{};                      // or a text, where the heading is a name
    int status = 200;
    std::optional<Problem> problem{};
    std::string news{};                       // what has been done
    bool card = false;
    View view{};                              // the screen's own values
};
http::Response show(const Look&, Page);

// A page that says one thing, and perhaps the way on: to one of our pages, with the name of a key.
struct Note {
    std::string_view heading;
    int status = 200;
    std::optional<Problem> problem{};
    std::string news{};
    std::string text{}, small{};
    std::string_view to{}, way{};             // "forgot", "p.ask_link"
};
http::Response show(const Look&, Note);

// 303 to one of our pages ("settings", "settings?done=saved"), or to another address of the shop, as way_back() gives them.
http::Response go(const Look&, std::string_view to);

// A refusal that no screen answers itself, to a reader whose shop is known.
http::Response refused(const Look&, const Context&, const Refusal&);

// The doors' form of what no screen answers.
http::Response refusal(const Context&, const http::Request&, const Refusal&);
http::Response fault(const Context&, const http::Request&, int status, Seconds retry_after);
void finish(const Context&, http::Response&);

// What may be kept by browsers: its address changes with what stands in it.
const std::string& style_tag();
const std::string& script_tag();
http::Response style_sheet(const http::Request&);
http::Response script(const http::Request&);

}  // namespace authtickets::pages
