// SPDX-License-Identifier: MIT
// A store's own templates, which take the place of the built-in ones of the same name and locale (text/templates.h). They
// are checked when they are set; the worker checks them again when it loads them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/base/result.h>
#include <authtickets/core/context.h>
#include <authtickets/core/events.h>
#include <authtickets/core/realms.h>
#include <authtickets/db/db.h>
#include <authtickets/text/templates.h>

namespace authtickets::templates {

struct Stored {
    std::string name{}, locale{};
    text::MessageText parts{};
    Time updated_at{};
};

// One as a reader of a language gets it: the store's own before the built-in one, this language before those near to it.
struct Found {
    std::string locale{};
    bool own = false;
    std::string source{};                // the form of contrib/templates
    text::MessageText parts{};
    std::optional<Time> updated_at{};    // of the store's own
};

class Templates {
public:
    explicit Templates(events::Events& events) : events_(events) {}

    std::vector<Stored> list(db::Session&, RealmNo);
    std::optional<Stored> find(db::Session&, RealmNo, std::string_view name, std::string_view locale);
    // What a message of this name is made of: it and the layout, in all locales that the store has them in.
    std::vector<Stored> parts_of(db::Session&, RealmNo, std::string_view name);
    std::optional<Found> found(db::Session&, RealmNo, std::string_view name, std::string_view locale);
    // How a message reads, with made-up values, in the layout of its language. draft: these parts in place of those there are.
    // unknown_item; bad_parameter as set() says it.
    Result<text::MessageText> preview(db::Session&, const realms::Realm&, Time now, std::string_view name, std::string_view locale,
                                      const std::optional<text::MessageText>& draft = {});
    // Each writes mail.changed. bad_parameter names the part and the line; unknown_item.
    Result<void> set(db::Db&, const Context&, Stored);
    Result<void> remove(db::Db&, const Context&, std::string_view name, std::string_view locale);

private:
    events::Events& events_;
};

// Whether a message of this name can be made: a built-in one, or one of the store's own.
bool known(db::Session&, RealmNo, std::string_view name);

// All that can be said under this name, whatever the language: the store's own, but that of one locale, and the built-in ones.
std::vector<text::Message> messages(db::Session&, RealmNo, std::string_view name, std::string_view but = {});

}  // namespace authtickets::templates
