//! What can be typed behind `appliance connection`.

use clap::{Args, Subcommand, ValueEnum};

use super::options::Shown;
use super::removal::RemovalArgs;
use super::setup::ProviderName;
use super::undo_command::UndoArgs;

#[derive(Debug, Subcommand)]
pub(super) enum ConnectionCommand {
    /// Open a connection for one more identity provider
    #[command(after_help = "\
Examples:
  appliance connection new okta
  appliance connection new awareness --profile cybsafe

Profiles: generic, cofense, sosafe, cybsafe, safe. A profile gives the settings their defaults;
`connection set NAME profile=P` changes it later and keeps the data.")]
    New {
        /// 1 to 64 letters, digits, `-`, `_` and `.`
        name: String,
        /// The bundle of settings it starts with
        #[arg(long, value_name = "PROFILE", default_value = "generic")]
        profile: String,
    },
    /// List all connections
    #[command(after_help = "\
Examples:
  appliance connection list
  appliance connection list --json")]
    List {
        #[command(flatten)]
        shown: Shown,
    },
    /// Show one connection with its settings, or how to set it up at its identity provider
    #[command(after_help = "\
Examples:
  appliance connection show default --json
  appliance connection show default --setup entra
  appliance connection show default --setup entra --format json > entra.json

What `--setup entra --format json` writes can be uploaded in Entra ID's schema editor (Provisioning >
Mappings > Show advanced options > Review your schema). Download what is there before.")]
    Show(ConnectionShow),
    /// Change settings of a connection: all of them, or none when one is wrong
    #[command(after_help = "\
Examples:
  appliance connection set default dialect=strict unknown=refuse
  appliance connection set default dialect=               back to the default

Settings:
  dialect=tolerant|strict   rewrite what identity providers are known to get wrong, or refuse it
  unknown=drop|refuse       leave out attributes that no schema knows, or refuse the request
  rate_limit=off|200/s      answer 429 to what is more, once rate_burst is used up
  rate_burst=2000           how much is let in at once after a quiet time
  single_token=off|on       a new token ends the others of its scope at once
  profile=generic|…         what gives all other settings their defaults
  resources=users,groups|users
  match=userName|externalId|emails.work
                            how the identity provider finds people; unique
  required=none|emails.work,title|…
                            refuse people without these
  unlisted=keep|drop        leave out attributes that the profile does not list
  roles=keep|ignore         leave out the roles of people
  unique_group_names=off|on
  check_values=off|on       count wrong time zones, languages and countries
  derive=none|department,division|…
                            make a group of every value of these
  derived_in_scim=off|on    let the identity provider see these groups; it cannot change them
  manager_by=id|id,externalId,userName
                            how a manager is found, in this order; with id alone what was sent is kept
  link=never|email|userName a create adopts whom you imported, by this
  address=emails.work|userName
                            what counts as the address of a person
  revive=off|on             a create brings back who was deactivated or deleted
  seats=unlimited|500       how many people may be active; more are inactive and wait
  seat_activation=hand|automatic
                            who gives a free seat to those who wait
  guard=off|20%/1h          hold back what would deactivate, delete or take out of a group more than
                            that share of the people in that time, until `connection release`
  guard_least=10            so many may always go
  token_expiry=90d|never    how long a token is good unless `--expiry` says otherwise
  token_longest=never|365d  how long a token can be good at most
  access_expiry=1h          how long what an OAuth 2.0 client gets for its secret is good
  terms=none|TEXT           what must be accepted before there is a token
  tenant_id=none|TEXT       what the identity provider calls your organisation
  entra_jwt=off|on          let Entra ID come in with tokens that it signs itself for tenant_id
  delete=tombstone|deactivate
                            who is deleted is gone but restorable, or kept and made inactive
  retention=30d             how long who was deleted can be brought back
  protect=none|ID,NAME,…    people whom the identity provider may not deactivate or delete")]
    Set {
        /// Its name
        name: String,
        /// Settings to change
        #[arg(value_name = "KEY=VALUE", required = true)]
        settings: Vec<String>,
    },
    /// Answer every request of a connection with 503 until it is resumed
    #[command(after_help = "\
Example:
  appliance connection pause okta

Identity providers take it for a fault that passes, and send again later.")]
    Pause {
        /// Its name
        name: String,
    },
    /// Let a paused connection work again
    #[command(after_help = "\
Example:
  appliance connection resume okta")]
    Resume {
        /// Its name
        name: String,
    },
    /// Let pass, for a time, what the guard of a connection holds back
    #[command(after_help = "\
Example:
  appliance connection release entra --for 2h

What the identity provider sends again in that time is carried out, however much it takes away; then
the guard begins anew. `appliance status` says when a guard holds something back.")]
    Release {
        /// Its name
        name: String,
        /// How long: 1h, 30m, at most 7d
        #[arg(long = "for", value_name = "TIME", default_value = "1h")]
        length: String,
    },
    /// Accept the terms of a connection, which must be so before it gets a token
    #[command(after_help = "\
Example:
  appliance connection accept-terms recipients --by 'Grace Hopper, IT'

`connection show` says what the terms are, and who accepted them.")]
    AcceptTerms {
        /// Its name
        name: String,
        /// Who accepts them
        #[arg(long, value_name = "WHO")]
        by: String,
    },
    Undo(UndoArgs),
    Remove(RemovalArgs),
}

#[derive(Debug, Args)]
pub(super) struct ConnectionShow {
    /// Its name
    pub(super) name: String,
    /// The values to paste there and the steps, for this identity provider
    #[arg(long, value_enum, value_name = "PROVIDER")]
    pub(super) setup: Option<ProviderName>,
    /// What the identity provider can import; Entra ID only
    #[arg(long, value_enum, requires = "setup", conflicts_with = "json")]
    pub(super) format: Option<SetupFormat>,
    #[command(flatten)]
    pub(super) shown: Shown,
}

/// The forms of a set-up that can be imported.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum SetupFormat {
    /// A synchronization schema of Microsoft Graph
    Json,
}
