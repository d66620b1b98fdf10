"""The page Voices: whom to ask, what came back, and what follows."""

import pytest

from tests.app.conftest import everything

SURVEY = "respondent,date,question,rating,answer,branch,division\n" + "".join(
    f"{i},2026-03-02,courtesy,{2 if i % 3 else 4},,047-nyayo-house,Citizenship\n"
    f"{i},2026-03-02,speed,{2 + i % 2},,047-nyayo-house,Citizenship\n"
    f"{i},2026-03-02,speed_expected,5,,047-nyayo-house,Citizenship\n"
    f"{i},2026-03-02,help,,the queue <b>was</b> long,047-nyayo-house,Citizenship\n"
    for i in range(12)
)
AUDIT = (
    "date,branch,item,score,most\n"
    "2026-01-05,042-kisumu,signs,4,10\n2026-03-05,042-kisumu,signs,6,10\n"
)
ACTIONS = (
    "branch,flag,action,champion,due,done,before,after\n"
    "047-nyayo-house,rating,more counters,A. Person,2026-03-01,,2.1,\n"
    "042-kisumu,audit,new signs,,,2026-02-01,40,60\n"
)


def opened(app, view="ask", **files):
    running = app("voices")
    for kind, text in files.items():
        (chosen,) = [each for each in running.file_uploader if each.key == f"voices_upload.{kind}"]
        chosen.upload(f"{kind}.csv", text.encode())
    if view != "ask":
        running.button_group(key="voices.view").set_value(view)
    return running.run()


def plain(running):
    return everything(running).replace("&#44;", ",").replace("&#46;", ".")


@pytest.mark.parametrize("language", ["en", "sw"])
@pytest.mark.parametrize("view", ["ask", "heard", "drafts", "audits", "act"])
def test_every_part_runs_empty(app, language, view):
    running = app("voices", lang=language)
    running.button_group(key="voices.view").set_value(view).run()
    assert not running.exception
    assert not running.error
    if view in {"heard", "drafts", "audits"}:
        assert running.info
    assert running.title[0].value.startswith("What do" if language == "en" else "Wateja wanasema")


def test_the_sample_of_the_divisions_and_of_220_people(app):
    running = app("voices")
    assert "Ask 400 of 1,442,000" in plain(running)
    running.selectbox(key="voices.source").set_value("number").run()
    assert "Ask 142 of 220" in plain(running)
    running.button_group(key="voices.method").set_value("cochran").run()
    assert "Ask 141 of 220" in plain(running)
    running.number_input(key="voices.error").set_value(10.0).run()
    assert "Ask 68 of 220" in plain(running)  # 96.04 / (1 + 95.04 / 220) = 67.07


def test_uploaded_answers_are_shown_with_their_flag(app):
    running = opened(app, "heard", survey=SURVEY, audit=AUDIT, actions=ACTIONS)
    assert not running.exception
    text = plain(running)
    assert "12 people gave 48 answers" in text
    assert "Ratings by branch" in text
    assert "found 2.50, expected 5.00" in text
    assert "<b>was" not in text
    running.button_group(key="voices.view").set_value("audits").run()
    assert "60" in plain(running)
    running.button_group(key="voices.view").set_value("act").run()
    text = plain(running)
    for word in (
        "more counters",
        "overdue",
        "new signs",
        "measured again",
        "Nyayo House",
        "planning value",
    ):
        assert word in text
    assert not running.exception


def test_comments_on_a_draft_and_levers_as_felt_are_shown(app):
    survey = (
        "respondent,date,question,rating\n1,2026-03-02,online_use,2\n2,2026-03-02,online_use,3\n"
    )
    comments = "date,plan,branch,stance,comment\n2026-03-02,draft one,042-kisumu,against,too far\n"
    running = opened(app, "drafts", survey=survey, comments=comments)
    assert not running.exception
    told = plain(running)
    assert "1 comment (2026-03-02 to 2026-03-02), 0 for, 1 against, 0 neither" in told
    running.button_group(key="voices.view").set_value("heard").run()
    assert not running.exception
    assert "2.50" in plain(running)


def test_a_file_with_faults_is_told_and_not_shown(app):
    running = opened(app, "heard", survey=SURVEY.replace(",2,,", ",77,,", 1))
    assert "Faults: 1." in running.error[0].value
    assert "77" in plain(running)
    assert running.info
    assert not running.exception


def test_a_frame_of_ones_own(app):
    running = app("voices")
    running.selectbox(key="voices.source").set_value("frame").run()
    assert running.info
    (chosen,) = [each for each in running.file_uploader if each.key == "voices_upload.frame"]
    chosen.upload("f.csv", b"division,N\nA,120\nB,0\n").run()
    assert "Faults: 1." in running.error[0].value
    (chosen,) = [each for each in running.file_uploader if each.key == "voices_upload.frame"]
    chosen.upload("f.csv", b"division,N\nA,120\nB,100\n").run()
    assert "Ask 142 of 220" in plain(running)
