"""Customers and the public: help desk, form, reviews, chat, newsletter, applications."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from persistence.demo import company
from persistence.demo.company import CUSTOMERS
from persistence.demo.processes import BY_KEY
from persistence.demo.runs import Items, Run, items, node_error
from persistence.demo.sales import call_crm
from persistence.demo.world import (
    HOUR,
    MINUTE,
    SECOND,
    Later,
    Story,
    World,
    fail,
    iso,
    posted,
    smtp_result,
    ticked,
)


def support(
    world: World, at_ms: int, *, mails: int = 1, quota: bool = False, case: str = "ok"
) -> Story:
    """One look into the help desk's mailbox: 1 to 3 mails, each answered by the assistant.

    *quota*: the model refuses, and the step goes on with an error item. *case*: ok · spam ·
    refused · long · before_our_time (about an order older than the records).
    """
    run = Run(at_ms)
    story = Story(run)
    received: list[dict[str, Any]] = []
    prepared: list[dict[str, Any]] = []
    answers: list[str] = []
    tools: list[tuple[str, str, str]] = []
    for index in range(mails):
        customer = world.customer()
        letter = world.rng.choice(company.LETTERS)
        placed = world.recent_order() if letter.about_order else None
        number = placed.order_id if placed else None
        if case == "before_our_time":
            letter, number = (
                company.LETTERS[0],
                f"BM-{world.local(at_ms).year}-{world.ms(100, 999):05d}",
            )
        elif letter.about_order and placed is None:
            letter = company.LETTERS[3]
        elif placed:
            customer = placed.customer
        subject, text = letter.subject.format(order=number), letter.text.format(order=number)
        if case == "spam" and index == 0:
            (subject, text), number = world.rng.choice(company.SPAM), None
            customer = company.SPAMMER
        if case == "long":
            text = company.LONG_LETTER
        sender = f"{customer.name} <{customer.mail}>"
        received.append(
            {
                "textHtml": "",
                "textPlain": f"{text}\r\n\r\n{customer.name}",
                "metadata": {"message-id": f"<{world.token()}@example.com>"},
                "attributes": {"uid": world.ms(1000, 99_999)},
                "from": sender,
                "to": company.HELP_MAIL,
                "subject": subject,
                "date": f"{world.local(at_ms):%Y-%m-%dT%H:%M:%S%z}",
            }
        )
        prepared.append(
            {
                "email_sender": sender,
                "email_subject": subject,
                "email_content": text,
                "order_id": number,
            }
        )
        answers.append(letter.answer.format(order=number))
        if number:
            tools.append(("cerca_ordine", number, f'{{"ordine":"{number}","stato":"spedito"}}'))
    run.step("Posta in arrivo", items(*received), took_ms=world.ms(0, 4))
    texts = items(*[{k: v for k, v in p.items() if k != "order_id"} for p in prepared])
    run.step("Prepara testo", texts, took_ms=2)
    first_good = 1 if case == "spam" else 0
    run.step("È posta indesiderata?", texts[:first_good], texts[first_good:], took_ms=1)
    prepared, answers = prepared[first_good:], answers[first_good:]
    if not prepared:
        return story
    run.step("Cerca numero d'ordine", items(*prepared), took_ms=world.ms(4, 18), branch=1)
    calls = [
        (f"System: rispondi in due frasi. Human: {p['email_subject']}", a, world.ms(600, 5200))
        for p, a in zip(prepared, answers, strict=True)
    ]
    # A tool costs one more call: the model first asks for it, then answers.
    calls = [(f"{calls[0][0]} (uso {t[0]})", "", world.ms(300, 1500)) for t in tools] + calls
    results = [{"output": answer} for answer in answers]
    if quota:
        results = [{"error": "You exceeded your current quota"} for _ in answers]
        calls, tools = calls[:1], []
    run.think(
        "Assistente IA",
        items(*results),
        model="Modello OpenAI",
        calls=calls,
        tools=tools,
        memory="Memoria del cliente",
    )
    composed = [
        {**{k: p[k] for k in ("email_sender", "email_subject")}, "output": r.get("output")}
        for p, r in zip(prepared, results, strict=True)
    ]
    run.step("Componi risposta", items(*composed), took_ms=2)
    addresses = [str(p["email_sender"]).split("<")[1].rstrip(">") for p in prepared]
    if case == "refused":
        retry = partial(_reply_retried, failed=run, addresses=tuple(addresses))
        wait = world.ms(30 * MINUTE, 4 * HOUR)
        story.later.append(Later("support", at_ms + wait, retry, "retry", retries=True))
        error = node_error(
            BY_KEY["support"].node("Rispondi al cliente"),
            "Can't send mail - all recipients were rejected: "
            f"550 5.1.1 <{addresses[0]}>: casella piena",
        )
        return fail(story, "Rispondi al cliente", error, world.ms(300, 900))
    return _reply(world, story, addresses)


def _reply_retried(world: World, at_ms: int, *, failed: Run, addresses: Sequence[str]) -> Story:
    return _reply(world, Story(Run.retry(failed, at_ms)), addresses)


def _reply(world: World, story: Story, addresses: Sequence[str]) -> Story:
    run = story.run
    sent = items(*[smtp_result(world, [address]) for address in addresses])
    run.step("Rispondi al cliente", sent, took_ms=world.ms(120, 600) * len(sent))
    run.step("Annota esito", sent, took_ms=1)
    run.step("Archivia nel cloud (spento)", sent, took_ms=0)  # disabled
    story.custom_values = (("cliente", addresses[0]), ("esito", "risposta inviata"))
    return story


def enquiry(world: World, at_ms: int) -> Story:
    """Somebody fills in the form of the web site."""
    run = Run(at_ms)
    story = Story(run)
    customer = world.customer()
    subject, text = world.rng.choice(company.ENQUIRIES)
    form = {
        "Nome": customer.name,
        "E-mail": customer.mail.capitalize(),
        "Oggetto": subject,
        "Messaggio": text,
        "submittedAt": iso(at_ms),
        "formMode": "production",
    }
    run.step("Modulo compilato", items(form), took_ms=1)
    request = items(
        {"email_sender": form["E-mail"], "email_subject": subject, "email_content": text}
    )
    run.step("Dati richiesta", request, took_ms=1)
    call_crm(story, world, "Registra contatto", request, customer)
    confirmed = {"id": world.token(), "threadId": world.token(), "labelIds": ["SENT"]}
    run.step("Conferma di ricezione", items(confirmed), took_ms=world.ms(250, 900))
    labelled = confirmed | {"labelIds": ["SENT", "Label_7"]}
    run.step("Etichetta la conversazione", items(labelled), took_ms=world.ms(120, 300))
    return story


def review(world: World, at_ms: int, *, mail_down: bool = False) -> Story:
    """A review is judged by the model, then published, reported or kept back.

    *mail_down*: it is a bad one, and the report cannot be mailed, which stops nothing.
    """
    run = Run(at_ms)
    customer = world.customer()
    stars, text, tone = world.rng.choice(company.REVIEWS[5:] if mail_down else company.REVIEWS)
    body = {"author": customer.name, "email": customer.mail, "stars": stars, "text": text}
    run.step("Nuova recensione", items(posted(world, "recensione", body)), took_ms=1)
    judged = items({"output": {"tono": tone, "punteggio": stars}})
    run.think(
        "Valuta il tono",
        judged,
        model="Modello per recensioni",
        calls=[(f"Human: Che tono ha? {text}", tone, world.ms(300, 2200))],
    )
    outputs: list[Items] = [[], [], []]
    branch = {"positiva": 0, "negativa": 1}.get(tone, 2)
    outputs[branch] = judged
    run.step("Secondo il tono", *outputs, took_ms=2)
    if branch == 0:
        run.step("Pubblica sul sito", items({"pubblicata": True}), took_ms=world.ms(60, 300))
    elif mail_down:
        error = node_error(
            BY_KEY["reviews"].node("Segnala all'ufficio"), "connect ETIMEDOUT 203.0.113.25:465"
        )
        run.shrug("Segnala all'ufficio", judged, error, branch=1)
    elif branch == 1:
        sent = items(smtp_result(world, [company.OFFICE_MAIL]))
        run.step("Segnala all'ufficio", sent, took_ms=world.ms(120, 500), branch=1)
    else:
        run.step("Tieni da parte", judged, took_ms=0, branch=2)
    return Story(run)


def chat(
    world: World,
    at_ms: int,
    *,
    session: str = "",
    said: tuple[str, ...] = (),
    messages: int = 1,
    quota: bool = False,
    mode: str = "webhook",
) -> Story:
    """One message to the assistant on the web site; more of the same session may follow."""
    run = Run(at_ms)
    story = Story(run)
    session = session or world.token()
    question, answer = world.rng.choice(company.CHAT)
    message = {"action": "sendMessage", "sessionId": session, "chatInput": question}
    run.step("Messaggio in chat", items(message), took_ms=0)
    error = None
    if quota:
        error = node_error(
            BY_KEY["chat"].node("Assistente della bottega"),
            "The service is receiving too many requests from you",
            detail="You exceeded your current quota, please check your plan.",
        )
        story.status = "error"
    run.think(
        "Assistente della bottega",
        items({"output": answer}),
        model="Modello della chat",
        calls=[] if quota else [(f"Human: {question}", answer, world.ms(500, 4500))],
        memory="Memoria della chat",
        history=said,
        error=error,
    )
    if messages > 1 and not quota:
        story.later.append(
            Later(
                "chat",
                run.clock + world.ms(15 * SECOND, 4 * MINUTE),
                partial(
                    chat,
                    session=session,
                    said=(*said[-2:], question, answer),
                    messages=messages - 1,
                    mode=mode,
                ),
                mode,
            )
        )
    return story


def newsletter(world: World, at_ms: int, *, readers: int) -> Story:
    """The weekly newsletter, five readers at a time; refused addresses do not stop it."""
    run = Run(at_ms)
    run.step("Martedì alle 10", items(ticked(world, at_ms)), took_ms=0)
    chosen = [{"email": c.mail, "name": c.name} for c in world.rng.sample(CUSTOMERS, readers)]
    run.step("Leggi iscritti", items({"readers": chosen}), took_ms=world.ms(90, 400))
    rows = items(*chosen)
    run.step("Un iscritto per riga", rows, took_ms=1)
    results: list[dict[str, Any]] = []
    turn = 0
    for start in range(0, readers, 5):
        batch = rows[start : start + 5]
        run.step("A gruppi di cinque", [], batch, took_ms=1, turn=max(turn - 1, 0))
        sent: list[dict[str, Any]] = []
        for position, item in enumerate(batch, start):
            address = item["json"]["email"]
            fate = world.rng.random()
            if position == 3 or fate < 0.02:
                sent.append({"error": f"550 5.1.1 <{address}>: utente sconosciuto"})
            elif position == 4 or fate < 0.04:
                sent.append(smtp_result(world, [], company.NEWS_MAIL, refused=[address]))
            elif position == 6 or fate < 0.06:
                copy = f"segreteria+{address}"
                sent.append(smtp_result(world, [address], company.NEWS_MAIL, refused=[copy]))
            else:
                sent.append(smtp_result(world, [address], company.NEWS_MAIL))
        took = world.ms(400, 1500)
        run.step("Spedisci il numero", items(*sent), took_ms=took, branch=1, turn=turn)
        results += sent
        turn += 1
    run.step("A gruppi di cinque", items(*results), [], took_ms=1, turn=turn - 1)
    run.splits("A gruppi di cinque", turn)
    run.step("Conteggio", items({"sent": len(results)}), took_ms=1, turn=turn)
    return Story(run)


def application(world: World, at_ms: int) -> Story:
    """Somebody applies for a job by mail."""
    run = Run(at_ms)
    name, address = world.rng.choice(company.APPLICANTS)
    mail = {
        "id": world.token(),
        "conversationId": world.token(),
        "subject": f"Candidatura – {name}",
        "bodyPreview": "Buongiorno, allego il mio curriculum.",
        "from": {"emailAddress": {"name": name, "address": address}},
        "toRecipients": [{"emailAddress": {"address": company.OFFICE_MAIL}}],
        "receivedDateTime": iso(at_ms),
        "hasAttachments": True,
    }
    run.step("Posta Outlook", items(mail), took_ms=2)
    run.step("Scheda candidato", items({"nome": name, "posta": address}), took_ms=2)
    return Story(run)
