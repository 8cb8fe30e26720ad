//! The agent asks a person something.

use leptos::prelude::*;
use protocol::{Question, QuestionItem, QuestionOption};

use crate::chat::store::ChatStore;
use crate::ui::{Button, ButtonKind, Icon, IconName};

/// One or more questions with their options; every one may be answered in one's own words too.
#[component]
pub fn QuestionCard(
    /// The chat.
    chat: ChatStore,
    /// The questions.
    question: Question,
    /// Whether the reader may answer.
    can_edit: bool,
) -> impl IntoView {
    let is_open = question.answers.is_none() && !question.withdrawn;
    let content = match &question.answers {
        Some(answers) => answered(&question.questions, answers),
        None if question.withdrawn => {
            view! { <p class="muted">"The agent stopped before anybody answered."</p> }.into_any()
        }
        None => view! { <Answers chat question=question.clone() can_edit/> }.into_any(),
    };
    view! {
        <section class="chat-card" class:asking=is_open aria-label="Question from the agent">
            <header class="card-head">
                <Icon name=IconName::Help/>
                <strong>{if is_open { "The agent asks" } else { "Question" }}</strong>
            </header>
            {content}
        </section>
    }
}

fn answered(questions: &[QuestionItem], answers: &[String]) -> AnyView {
    let pairs = questions.iter().zip(answers);
    let pair = |(item, answer): (&QuestionItem, &String)| {
        view! { <dt>{item.question.clone()}</dt> <dd>{answer.clone()}</dd> }
    };
    view! { <dl class="card-answers">{pairs.map(pair).collect_view()}</dl> }.into_any()
}

/// What is chosen and typed for one question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Draft {
    chosen: Vec<String>,
    own: String,
}

impl Draft {
    fn choose(&mut self, label: &str, is_several: bool) {
        match self.chosen.iter().position(|it| it == label) {
            Some(index) => drop(self.chosen.remove(index)),
            None if is_several => self.chosen.push(label.to_owned()),
            None => self.chosen = vec![label.to_owned()],
        }
    }

    /// The answer as the agent gets it; `None` while there is none. Own words replace a single
    /// choice and join several.
    fn answer(&self, is_several: bool) -> Option<String> {
        let own = self.own.trim();
        if !own.is_empty() && !is_several {
            return Some(own.to_owned());
        }
        let own = (!own.is_empty()).then(|| own.to_owned());
        let parts: Vec<String> = self.chosen.iter().cloned().chain(own).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

#[component]
fn Answers(chat: ChatStore, question: Question, can_edit: bool) -> impl IntoView {
    let Question {
        request, questions, ..
    } = question;
    let drafts = RwSignal::new(vec![Draft::default(); questions.len()]);
    let is_sent = RwSignal::new(false);
    let several: Vec<bool> = questions.iter().map(|item| item.multi_select).collect();
    let answers = Memo::new(move |_| {
        drafts.with(|drafts| {
            let pairs = drafts.iter().zip(&several);
            pairs
                .map(|(draft, several)| draft.answer(*several))
                .collect::<Option<Vec<_>>>()
        })
    });
    let is_blocked =
        Signal::derive(move || answers.with(Option::is_none) || !chat.is_online().get());
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let (Some(answers), false) = (answers.get_untracked(), is_blocked.get_untracked()) {
            is_sent.set(true);
            chat.answer(request.clone(), answers);
        }
    };
    let items = questions.into_iter().enumerate();
    view! {
        <form class="card-questions" on:submit=on_submit>
            {items.map(|(index, item)| view! { <Item item index drafts can_edit/> }).collect_view()}
            <div class="card-choice">
                <Button kind=ButtonKind::Primary submit=true disabled=is_blocked busy=is_sent>
                    "Answer"
                </Button>
            </div>
        </form>
    }
}

#[component]
fn Item(
    item: QuestionItem,
    index: usize,
    drafts: RwSignal<Vec<Draft>>,
    can_edit: bool,
) -> impl IntoView {
    let is_several = item.multi_select;
    let option = |QuestionOption { label, description }: QuestionOption| {
        let name = StoredValue::new(label.clone());
        let is_chosen = move || {
            let is_chosen = |draft: &Draft| name.with_value(|name| draft.chosen.contains(name));
            drafts.with(|drafts| drafts.get(index).is_some_and(is_chosen))
        };
        let choose = move |_| {
            let choose = |draft: &mut Draft| name.with_value(|name| draft.choose(name, is_several));
            drafts.update(|drafts| drafts.get_mut(index).into_iter().for_each(choose));
        };
        view! {
            <button
                type="button"
                class="option"
                aria-pressed=move || if is_chosen() { "true" } else { "false" }
                disabled=!can_edit
                on:click=choose
            >
                <span class="option-label">{label}</span>
                <span class="option-text">{description}</span>
            </button>
        }
    };
    let write = move |event| {
        let own = event_target_value(&event);
        drafts.update(|drafts| {
            drafts
                .get_mut(index)
                .into_iter()
                .for_each(|it| it.own = own.clone())
        });
    };
    let hint = if is_several {
        "Choose any number."
    } else {
        "Choose one."
    };
    let has_options = !item.options.is_empty();
    view! {
        <fieldset class="question">
            <legend>
                {(!item.header.is_empty()).then(|| view! { <span class="card-kind">{item.header.clone()}</span> })}
                <span>{item.question}</span>
            </legend>
            {has_options.then(|| view! { <p class="muted">{hint}</p> })}
            <div class="options">{item.options.into_iter().map(option).collect_view()}</div>
            <input
                type="text"
                aria-label="Answer in your own words"
                placeholder="In your own words"
                maxlength="4000"
                autocomplete="off"
                disabled=!can_edit
                on:input=write
            />
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_choices_are_joined_and_one_choice_replaces_the_other() {
        let mut draft = Draft::default();
        assert_eq!(draft.answer(true), None);
        draft.choose("Green", true);
        draft.choose("Black", true);
        assert_eq!(draft.answer(true).as_deref(), Some("Green, Black"));
        draft.choose("Green", true);
        assert_eq!(draft.answer(true).as_deref(), Some("Black"));

        let mut draft = Draft::default();
        draft.choose("Green", false);
        draft.choose("Black", false);
        assert_eq!(draft.answer(false).as_deref(), Some("Black"));
        draft.own = " Oolong ".to_owned();
        assert_eq!(draft.answer(false).as_deref(), Some("Oolong"));
    }
}
