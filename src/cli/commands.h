// SPDX-License-Identifier: MIT
// The commands, one function each; their table stands in commands.cpp.
#pragma once

#include "cli/command.h"
#include "cli/world.h"

namespace authtickets::cli {

Output migrate(World&, const Arguments&);

Output realm_add(World&, const Arguments&);
Output realm_list(World&, const Arguments&);
Output realm_show(World&, const Arguments&);
Output realm_add_site(World&, const Arguments&);
Output realm_set_site(World&, const Arguments&);
Output realm_revoke_all(World&, const Arguments&);

Output app_add(World&, const Arguments&);
Output app_list(World&, const Arguments&);
Output app_disable(World&, const Arguments&);
Output app_enable(World&, const Arguments&);
Output app_publishable_token(World&, const Arguments&);

Output profile_list(World&, const Arguments&);
Output profile_add(World&, const Arguments&);
Output profile_set(World&, const Arguments&);
Output profile_remove(World&, const Arguments&);

Output account_show(World&, const Arguments&);
Output account_find(World&, const Arguments&);
Output account_disable(World&, const Arguments&);
Output account_enable(World&, const Arguments&);
Output account_delete(World&, const Arguments&);

Output login_show(World&, const Arguments&);
Output login_lock(World&, const Arguments&);
Output login_unlock(World&, const Arguments&);
Output login_demand_change(World&, const Arguments&);

Output login_set_method(World&, const Arguments&);
Output login_set_phone(World&, const Arguments&);
Output login_disable_app(World&, const Arguments&);
Output login_send_reset(World&, const Arguments&);

Output operator_add(World&, const Arguments&);
Output operator_list(World&, const Arguments&);
Output operator_show(World&, const Arguments&);
Output operator_set_role(World&, const Arguments&);
Output operator_remove(World&, const Arguments&);
Output operator_send_link(World&, const Arguments&);
Output user_add(World&, const Arguments&);
Output user_list(World&, const Arguments&);
Output user_show(World&, const Arguments&);
Output user_set_role(World&, const Arguments&);
Output user_remove(World&, const Arguments&);
Output user_send_link(World&, const Arguments&);

Output subscription_list(World&, const Arguments&);
Output subscription_add(World&, const Arguments&);
Output subscription_show(World&, const Arguments&);
Output subscription_enable(World&, const Arguments&);
Output subscription_disable(World&, const Arguments&);
Output subscription_remove(World&, const Arguments&);
Output subscription_test(World&, const Arguments&);

Output template_list(World&, const Arguments&);
Output template_show(World&, const Arguments&);
Output template_set(World&, const Arguments&);
Output template_remove(World&, const Arguments&);
Output template_preview(World&, const Arguments&);

Output delivery_list(World&, const Arguments&);
Output deliver(World&, const Arguments&);

Output import(World&, const Arguments&);

Output settings_list(World&, const Arguments&);
Output settings_get(World&, const Arguments&);
Output settings_set(World&, const Arguments&);

Output keys_list(World&, const Arguments&);
Output keys_new(World&, const Arguments&);
Output keys_activate(World&, const Arguments&);
Output keys_drop(World&, const Arguments&);
Output keys_reseal(World&, const Arguments&);

Output audit_export(World&, const Arguments&);
Output audit_verify(World&, const Arguments&);
Output audit_head(World&, const Arguments&);

Output purge(World&, const Arguments&);

Output doctor(World&, const Arguments&);

}  // namespace authtickets::cli
