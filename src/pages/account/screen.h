// SPDX-License-Identifier: MIT
// What every account page is made with: whose shop it is, in which language, from where its links go; and the page itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <authtickets/core/context.h>
#include <authtickets/core/realms.h>
#include <authtickets/http/message.h>

#include "pages/html.h"
#include "pages/words.h"

namespace authtickets::pages::account {

inline constexpr std::string_view prefix = "/account/";

// How a page looks to this reader. Without a shop where none could be told.
struct Look {
    const Words& words;
    std::string base{};     // from this page's address to the folder of all: "", or "../" for each step too deep
    std::string query{};    // "?lang=de" where the reader asked for a language by name
    std::string shop{};     // its name
    std::string address{};  // where it is: "https://shop.example"
};
Look look(const http::Request&);
Look look(const http::Request&, const realms::Realm&, const realms::Site*);

// What went wrong, told at the top and beside its field.
struct Problem {
    std::string text{};
    std::string_view field{};  // the field's id; empty: of no field
};

struct Page {
    std::string_view screen;                  // "ask": account/ask.html
    std::string_view heading;                 // a key
    int status = 200;
    std::optional<Problem> problem{};
    std::string news{};                       // what has been done
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

// The door's form of what no screen answers.
http::Response refusal(const Context&, const http::Request&, const Refusal&);
http::Response fault(const Context&, const http::Request&, int status, Seconds retry_after);
void finish(const Context&, http::Response&);

const std::string& style_tag();                            // of the style sheet as it is built in
http::Response style_sheet(const http::Request&);

}  // namespace authtickets::pages::account
