## 退会

close-link = 退会する
close-title = 退会
close-lead = アカウントを閉じ、しばらくしてからお客さまの情報を消去します。
close-now = 退会するとすぐに
close-now-sessions = すべての端末でサインアウトし、連携アプリはあなたの情報を受け取れなくなります。
close-now-products = 登録している{ $count }点の製品は、あなたのマイページで見られなくなります。保証は製品に付いたまま続きます。
close-undo = { $days }日以内なら戻れます
close-undo-text = { $until }までにもう一度サインインするか、退会のお知らせメールのボタンを押すと、元どおりに使えます。
close-erased = その後、情報を消去します
close-erased-text = お名前、ご連絡先、サインインの記録、連携アプリなど、あなたについての情報を消去します。同じメールアドレスは、新しいアカウントに使えます。
close-kept = 法令と製品の安全のため、次の記録だけを、お名前がわからない形で残します：{ $kept }。
close-held = 次の理由があるあいだは、消去をお待ちします。
close-submit = 退会する
close-staff = スタッフのアカウントです
close-staff-text = 退会するには、管理者に依頼してください。
closed-notice = 退会の手続きをしました
closed-notice-text = 期間内は、サインインするか、お送りしたメールのボタンから元に戻せます。

kept-products = 登録していた製品と保証の記録{ $count }件（{ $until }まで。製品の安全に責任を負うため）
kept-agreements = 規約への同意の記録{ $count }件（{ $until }まで。契約に関する請求に備えるため）
kept-choices = お知らせの配信への同意の記録{ $count }件（{ $until }まで。同意を証明するため）

## 戻る

come-back-title = アカウントに戻りますか
come-back-lead = このアカウントは退会の手続き中です。{ $until }を過ぎると、情報を消去します。
come-back-text = 戻ると、製品も設定も元どおりに使えます。続けてサインインしてください。
come-back-submit = アカウントに戻る
come-back-nothing = 何もしなければ、退会の手続きが続きます。
come-back-over-title = アカウントには戻れません
come-back-over-text = 戻れる期間を過ぎたか、すでに戻っています。
came-back-notice = おかえりなさい
came-back-notice-text = アカウントを元に戻しました。サインインしてください。
