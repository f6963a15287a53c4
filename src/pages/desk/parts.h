// SPDX-License-Identifier: MIT
// What several screens of the desk are made of: addresses with a query, fields that say what is wrong with them, and the
// question that is asked before something is done.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pages/screen.h"

namespace authtickets::pages::desk {

using Pairs = std::vector<std::pair<std::string_view, std::string>>;

// "events?who=ada%40shop.example", as go() takes it. Values that are empty are left out.
std::string page_at(std::string_view page, const Pairs& query);
// The same as a link of this page has it, with ?lang= where the reader asked for it.
std::string address(const Look&, std::string_view page, const Pairs& query = {});

// A field of a form: {{#email}} with {{value}} and, where something is wrong with it, {{why}}.
View field(std::string value, std::string why = {});
// One of a list to choose from: {{value}}, {{said}}, and {{chosen}}.
View option(std::string value, std::string said, bool chosen);

// A question before something is done: a dialog in the page, and a page of its own where there are no scripts (UI26).
struct Asks {
    std::string_view id;                  // of the dialog, as a link names it in data-dialog
    std::string title;                    // "Remove Grace Hopper?"
    std::vector<std::string> effects{};   // what ends or changes, a sentence each (UI29)
    std::string action;                   // the page that its form is sent to
    std::string back;                     // where Cancel leads
    std::string button;
    bool danger = true;
    Pairs carries{};                      // hidden fields
    bool reason = false;                  // one has to be given: the field "reason"
    std::string typed{}, wrong{};         // what was typed there, and what is wrong with it
};
View dialog(const Look&, const Asks&);    // for {{#remove}}{{> desk/dialog}}{{/remove}}
http::Response page(const Look&, const Asks&, int status = 200);

}  // namespace authtickets::pages::desk
