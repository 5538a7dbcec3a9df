"""The annotation guide, short: what counts for a tag and what does not. From docs/equipe.md."""

from dataclasses import dataclass

from veille.i18n import _


@dataclass(frozen=True, slots=True)
class Guide:
    """For one question: what says yes, and what does not."""

    question: str
    yes: str
    no: str


def guides() -> list[Guide]:
    """Return the guide, question by question, in the language in force.

    Its rules are those by which the examples in models/domains were labelled.
    """
    return [
        Guide(
            "relevant",
            _(
                "The social and solidarity economy is its subject: cooperatives, non-profits, "
                "mutuals, commons, social innovation, community and territorial development; the "
                "life, money, people or tools of their organisations."
            ),
            _(
                "An organisation of the field as a mere publisher or actor; sport, party politics, "
                "ordinary business or software news; open data and civic tech by themselves."
            ),
        ),
        Guide(
            "financial_engineering",
            _(
                "What members pay, subscribe, borrow or earn; grants, community bonds, patient "
                "capital, guarantees, funding models, starting up or converting a cooperative, "
                "impact measured in order to manage or finance."
            ),
            _("Ordinary banking and stock markets; a sum of money named in passing."),
        ),
        Guide(
            "governance",
            _(
                "Who belongs, votes and decides: bylaws, boards, assemblies, membership, "
                "multi-stakeholder forms, sociocracy and consent, commons, accountability, "
                "partnership governance of a territory."
            ),
            _("Governance of listed companies; public policy and elections."),
        ),
        Guide(
            "leadership",
            _(
                "How people learn, lead and last together: shared leadership, facilitation, "
                "mentoring, communities of practice, succession, mobilising volunteers, care for "
                "teams, in a group or an association."
            ),
            _("Management tips for companies; one-to-one feedback; software-team practice."),
        ),
        Guide(
            "regions",
            _(
                "The places that it is about, the most precise that the title and text let one "
                "name; several if need be; « International » when it speaks of the world."
            ),
            _("A dateline, the publisher’s address, the region of a source by itself."),
        ),
    ]
