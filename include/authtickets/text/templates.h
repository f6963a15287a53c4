// SPDX-License-Identifier: MIT
// The words that go out: templates of messages, checked when they are read, so that rendering cannot fail. The syntax
// is Mustache without partials and other delimiters; a template may name the variables below and nothing else. What
// somebody typed reaches HTML escaped only. The Mustache library is met in src/text/templates.cpp only.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <authtickets/base/result.h>

namespace authtickets::text {

// What a message can say. An empty one is not known: its sections stay out, its inverted sections stand.
struct Values {
    std::string shop{};         // the shop's name
    std::string shop_url{};     // "https://shop.example/"
    std::string name{};         // the customer's first name
    std::string user_name{};
    std::string time{};         // time_in_words()
    std::string address{};      // where it was done from
    std::string browser{};
    std::string region{};
    std::string code{};
    std::string minutes{};      // how long code or link live: duration_in_words()
    std::string link{};
    std::string remaining{};    // recovery codes left
    std::string old_contact{};  // {{old}}: masked, but for its owner
    std::string new_contact{};  // {{new}}
    std::string host{};         // of shop_url, for the last line of an SMS with a code
    std::string locale{};       // "de"; {{lang}} in a layout
    std::string dir{};          // direction(): "ltr" or "rtl"
    std::string by_shop{};      // its name, where it was somebody of the shop who did it
    // of a notice to an operator: what happened in a sentence, its number and exact time in the trail, who did it, whose account
    std::string event{}, event_id{}, at{}, actor{}, account{};
    // of a one-time token: which realm, password profile and profile info it is for, and whether it is to set a new password
    std::string realm_id{}, profile_id{}, info_id{}, reset{};
    std::string step_sms{}, step_email{}, step_none{};  // the second step as it is now: one of the three
};

// What a message of a notification trigger can say (FC220, docs/freshcom.md), by other names: {{user.first_name}}. It may say
// what others say too, but for {{account}}.
struct TriggerValues {
    std::string user_id{}, user_name{}, name{}, first_name{}, last_name{}, user_email{}, user_phone{};
    std::string auth_method{}, role{};                   // as that door calls them
    std::string email_token{}, reset_token{};            // {{user.email_verification_token}}, {{user.password_reset_token}}
    std::string code{}, email{}, phone{};                // of a code to an address or number
    std::string typed_name{};                            // {{username}}: what nobody is called
    std::string account_id{}, account_name{};
};
// {{code}}, the two tokens, and the link that has one in it.
inline constexpr std::string_view code_variable = "code", link_variable = "link", email_token_variable = "user.email_verification_token",
                                  reset_token_variable = "user.password_reset_token";
enum class Vocabulary { messages, triggers };

enum class Part { subject, text, html, sms, layout };
std::string_view name(Part);  // "subject"

// One part of a message. Refused with Why::bad_parameter, the part's name as field and "line 3: ..." as text: syntax,
// unknown variables, partials, set-delimiter tags, unescaped variables (a layout's {{{content}}} apart), and in
// HTML a variable where escaping does not help: in scripts, styles, unquoted attributes, in addresses not ours.
class Template {
public:
    static Result<Template> parse(std::string_view source, Part, Vocabulary = Vocabulary::messages);
    // The part says how values are escaped. A subject is one line. `content` is for a layout: HTML that was rendered.
    std::string render(const Values&, std::string_view content = {}) const;
    std::string render(const TriggerValues&, const Values& = {}) const;  // of the vocabulary of triggers
    Part part() const { return part_; }
    bool uses(std::string_view variable) const;
    bool needs(std::string_view variable) const;  // says it outside of its own section, and so reads wrong without it

private:
    struct Parsed;
    Template(Part part, std::shared_ptr<const Parsed> parsed) : part_(part), parsed_(std::move(parsed)) {}
    Part part_;
    std::shared_ptr<const Parsed> parsed_;
};

// A message in its parts, before rendering or after; absent ones are empty.
struct MessageText {
    std::string subject{}, text{}, html{}, sms{};
};

// The form of contrib/templates: sections that begin with the lines "--- subject", "--- text", "--- html", "--- sms".
Result<MessageText> read_message(std::string_view file);
std::string write_message(const MessageText&);

// What a message of this name is about. A store can have messages of other names; they may use every variable.
struct MessageKind {
    std::string_view name;
    bool code = false;  // carries one, in the first line of its text and in its subject (N8)
    bool link = false;  // carries an address: of what acts, or of where the code is entered
    bool sms = false;   // can go by SMS
    bool must_link() const { return link && !code && name != "account_locked"; }  // of these two the link may be left out
};
std::span<const MessageKind> message_kinds();  // all of the built-in ones but the layout, in the order of docs
inline constexpr std::string_view layout_name = "layout";
inline constexpr std::string_view operator_notice = "operator_notice";  // goes to operators, not to customers (M14)

class Message {
public:
    // A mail needs subject and text; a message has a mail or an SMS. Of the known names: a code's message must say the
    // code, a notice must name neither code nor link. The one named "layout" has the part html alone.
    static Result<Message> parse(std::string_view name, const MessageText&);
    bool mail() const { return subject_ != nullptr; }
    bool html() const { return html_ != nullptr; }
    bool sms() const { return sms_ != nullptr; }
    bool mail_needs(std::string_view variable) const;
    bool sms_needs(std::string_view variable) const;
    // Parts that are not there stay empty. An SMS is 160 characters at most: the shop's name is shortened for it, and
    // if that does not do, the last line for browsers goes.
    MessageText render(const Values&, const Message& layout) const;

private:
    Message() = default;
    using Held = std::shared_ptr<const Template>;
    Held subject_, text_, html_, sms_, layout_;
};

// Built in from contrib/templates/<locale>/<name>.msg; none for a name or locale that is not (see built_in_locale()).
const Message* built_in_message(std::string_view name, std::string_view locale);
std::string_view built_in_source(std::string_view name, std::string_view locale);  // the file; empty: none

// What an SMS takes: characters of GSM 03.38 (those of its extension table count twice), else UTF-16 units.
struct SmsSize {
    bool gsm = true;
    std::size_t units = 0;
    std::size_t parts() const;  // messages on the air
};
SmsSize sms_size(std::string_view text);

}  // namespace authtickets::text
