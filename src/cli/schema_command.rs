//! What can be typed behind `appliance schema`.

use clap::Subcommand;

use super::options::Shown;

#[derive(Debug, Subcommand)]
pub(super) enum SchemaCommand {
    /// Declare attributes, or change what was declared: all of them, or none when one is wrong
    #[command(after_help = "\
Examples:
  appliance schema add urn:example:2.0:User:badge urn:example:2.0:User:since:dateTime
  appliance schema add urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User:postalCode:any
  appliance schema add people.json

Types: string, boolean, decimal, integer, dateTime, binary, reference, any (without a type: any).

A document is JSON as RFC 7643 section 7 describes it, with everything it can say: complex and
multi-valued attributes, required, uniqueness, mutability, returned, caseExact. The member `extends`
says which resources have it (User, Group, or a list of both); else the end of its URN does. A
schema that is there already is amended: what is not named stays. The enterprise extension can be
given further attributes. The data that are there are checked first.")]
    Add {
        /// A file, `-` for stdin, or one attribute: urn:…:User:NAME[:TYPE]
        #[arg(value_name = "FILE|-|URN", required = true)]
        wanted: Vec<String>,
    },
    /// List all schemas, those of the RFC included
    #[command(after_help = "\
Examples:
  appliance schema list
  appliance schema list --json")]
    List {
        #[command(flatten)]
        shown: Shown,
    },
    /// Show the attributes of one schema
    #[command(after_help = "\
Examples:
  appliance schema show urn:example:2.0:User
  appliance schema show urn:example:2.0:User --json > people.json")]
    Show {
        /// Its URN
        urn: String,
        #[command(flatten)]
        shown: Shown,
    },
    /// Take back a schema, or one attribute of it; refused while there are data under it
    #[command(after_help = "\
Examples:
  appliance schema remove urn:example:2.0:User:badge
  appliance schema remove urn:example:2.0:User --force")]
    Remove {
        /// The URN of the schema, or of the attribute
        urn: String,
        /// Remove the data too; the change record keeps them
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        shown: Shown,
    },
}
