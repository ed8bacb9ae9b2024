"""Classes of English words: what may start, end or link a clause, and what a verb asks for.

Closed classes and a few open ones; nothing here belongs to one field of knowledge.
"""

from __future__ import annotations


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


COORDINATORS = frozenset({"and", "but", "or", "so", "nor", "yet", "then", "plus"})
SUBORDINATORS = frozenset(
    {"because", "since", "although", "though", "whereas", "otherwise", "that", "which", "who"}
    | {"where", "why", "how", "what", "whether", "while"}
)
CONDITIONS = frozenset({"if", "when", "unless", "once", "until", "after", "before"})
PREPOSITIONS = frozenset(
    {"of", "in", "on", "at", "to", "for", "with", "from", "by", "into", "onto", "about", "as"}
    | {"than", "over", "under", "through", "between", "without", "within", "during", "via", "per"}
    | {"against", "among", "around", "like", "near", "off", "toward", "towards", "upon", "across"}
)
DETERMINERS = frozenset(
    {"a", "an", "the", "my", "your", "his", "her", "its", "our", "their", "this", "these", "those"}
    | {"some", "any", "every", "each", "no"}
)
SUBJECTS = frozenset({"i", "you", "we", "they", "he", "she", "it", "there", "this", "these"})
AUXILIARIES = frozenset(
    {"is", "are", "was", "were", "be", "been", "being", "am", "do", "does", "did", "has", "have"}
    | {"had", "can", "could", "will", "would", "shall", "should", "may", "might", "must", "it's"}
    | {"i'm", "i'd", "i'll", "i've", "you're", "you'd", "you'll", "they're", "that's", "there's"}
    | {"isn't", "aren't", "don't", "doesn't", "didn't", "can't", "won't", "wouldn't", "cannot"}
)
ADVERBS = frozenset(
    {"also", "however", "well", "ok", "okay", "yes", "no", "yeah", "hmm", "sure", "too", "very"}
    | {"actually", "basically", "personally", "honestly", "anyway", "so", "just", "quite", "e.g"}
    | {"i.e", "etc", "maybe", "perhaps", "therefore", "thus", "hence", "again", "still", "even"}
)
ADVISERS = frozenset({"you", "i", "we", "one", "people", "they"})
ADVISING = frozenset({"should", "must"})
LEADING_TO = frozenset(
    {
        "need",
        "have",
        "try",
        "best",
        "better",
        "recommend",
        "suggest",
        "idea",
        "sure",
    }
    | {
        "important",
        "ought",
        "easiest",
        "easier",
        "helps",
        "remember",
        "good",
        "safest",
        "is",
    }
    | {"possible", "recommended", "crucial", "essential", "simplest", "advise", "prefer", "tend"}
)
SOFTENERS = frozenset(
    {"just", "simply", "also", "always", "definitely", "then", "either", "probably"}
)
NEGATIONS = frozenset({"not", "never", "no", "cannot", "without", "avoid", "stop", "unable", "nor"})
RESTRICTING = NEGATIONS | {"only", "unless", "always"}
"""Words whose reach a cut would change: `never drop it | if it enforces uniqueness`."""
RELATIVES = frozenset({"that", "which", "who", "whose", "whom", "whether", "how", "what", "where"})
LAST_OF_CLAUSE = frozenset({"only", "too", "more", "most"})
"""Words that may be the last of a clause, though no quote is cut after them."""
WEAK_VERBS = frozenset(
    {
        "know",
        "think",
        "expect",
        "let",
        "mention",
        "say",
        "see",
        "assume",
        "remember",
        "worry",
        "enjoy",
    }
    | {
        "call",
        "talk",
        "notice",
        "learn",
        "understand",
        "believe",
        "get",
        "accept",
        "google",
        "tell",
    }
    | {"look", "visit", "refer", "consider"}
)
GREETINGS = frozenset({"hi", "hello", "hey", "thanks", "thank", "cheers", "welcome", "sorry"})
NEVER_FIRST = (
    COORDINATORS | SUBORDINATORS | ADVERBS | GREETINGS | PREPOSITIONS | {"not", "because", "n't"}
) - {
    "what",
    "how",
    "too",
    "just",
    "no",
    "even",
}
NEVER_LAST = (
    (
        COORDINATORS
        | SUBORDINATORS
        | CONDITIONS
        | PREPOSITIONS
        | DETERMINERS
        | AUXILIARIES
        | SUBJECTS
    )
    | {
        "not",
        "very",
        "more",
        "most",
        "also",
        "just",
        "e.g",
        "i.e",
        "quite",
        "really",
        "etc",
        "both",
    }
    | {"only", "i", "we", "he", "she", "either", "if", "such", "even", "too"}
    | {"include", "includes", "know", "need", "needs", "provide", "want", "mean", "says", "say"}
    | {"sure", "using", "i'd", "because", "make", "makes", "get", "gets", "being", "good", "well"}
    | {"and/or", "rather", "yes", "no", "ok", "okay", "please"}
) - {"it", "this", "these", "those", "that", "there", "you", "on", "off", "over", "before", "after"}
CHOOSING = _words(
    """
    aim limit skip
    adopt book buy choose consider drink eat go hire invest opt order pair pick purchase
    rent replace select serve start stick substitute swap switch take try use
    """
)
"""Verbs that settle on one thing among several."""
CHECKING = _words(
    """
    check compare examine feel inspect listen look measure monitor observe review scan see smell
    taste test validate verify watch
    """
)
"""Verbs that find something out by looking, tasting or measuring."""
ASKING = _words(
    """
    ask consult contact experiment find google read search talk visit
    """
)
"""Verbs that turn to somebody or something else for an answer."""
KEEPING = _words(
    """
    hold keep leave let maintain save soak stay store
    """
)
"""Verbs that go on for a while."""
ENDING = _words(
    """
    end finish quit stop wait
    """
)
"""Verbs that end or hold back something."""
MENTAL = _words(
    """
    prefer resist
    accept advise assume believe call describe email enjoy expect explain forget guess help hope
    imagine improve know learn like love mean mention mind minimize need note notice prevent
    recommend reduce refer remember report say see share suggest tell think understand want wish
    worry
    """
)
"""Verbs whose orders tell nobody what to do."""
MANNERS = _words(
    """
    briefly carefully closer coarsely coarser colder cooler courser darker deeper evenly faster
    finely finer firmly frequently gently gradually harder higher hotter larger lighter lightly
    longer loosely looser lower quickly regularly shorter slower slowly smaller softer stronger
    thicker thinner thoroughly tighter tightly warmer weaker
    """
)
"""Words of degree that only practice can measure out."""
QUALITIES = _words(
    """
    adequate appropriate balanced correct decent dedicated desirable experienced good
    healthy high-quality ideal mature mid-range moderate optimal optimum perfect promising proper
    quality reasonable reliable reputable respectable right ripe robust serious solid stable
    sufficient suitable trusted trustworthy well-balanced
    """
)
"""Adjectives that judge without telling by what."""
HOLLOW_NOUNS = _words(
    """
    answer anything article bit case chance choice comment deal difference end everything example
    fact guy hand idea issue job kind link list lot luck news nothing number one ones option
    options other page part parts people person place point post problem question reason rule same
    side site something sort start stuff thing things thread time times type way ways word words
    """
)
"""Nouns that name nothing one could ask about."""
