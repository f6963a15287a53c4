// SPDX-License-Identifier: MIT
// The shop's general settings on the wire (kibo 4.6). The clients' model has every setting of a whole shop; this program has
// something to say about the second step, sign-in by code and mails, and answers null for the rest. Pure.
#pragma once

#include "api/kibo/wire.h"

namespace authtickets::kibo {

Json general_settings(const realms::Settings&);

// What a PUT names. Null and absent are the same: what is not named stays.
struct GeneralChange {
    std::vector<std::pair<std::string_view, bool>> flags{};         // name of the setting
    std::vector<std::pair<std::string_view, std::string>> texts{};
    struct Mails {
        std::string_view setting;
        std::uint32_t named = 0, on = 0;                            // sets of mail switches
    };
    std::vector<Mails> mails{};
};
// A member of another kind is refused, also where it is of no concern here. Members that are not of the model are passed over.
Result<GeneralChange> general_change(const Json& body);
realms::Changes changes(const GeneralChange&, const realms::Settings&);

// "mail.sender" in the clients' spelling: "senderEmailAddress"; itself where it has none.
std::string_view general_member(std::string_view setting);

}  // namespace authtickets::kibo
